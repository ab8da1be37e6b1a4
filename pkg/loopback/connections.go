package loopback

import (
	"container/list"
	"net"
	"sync"
)

// connections tracks the open connections, at most max. Each one may buffer a header
// and a form, and any process on this machine can open one. A new connection beyond
// max closes the oldest, so that nobody can keep the browser out by opening many.
type connections struct {
	max  int
	mu   sync.Mutex
	open list.List // of *connection, oldest first
}

func (c *connections) add(tcp *net.TCPConn) *connection {
	conn := &connection{TCPConn: tcp, all: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	conn.place = c.open.PushBack(conn)
	if c.open.Len() > c.max {
		oldest := c.open.Remove(c.open.Front()).(*connection)
		oldest.TCPConn.Close()
	}
	return conn
}

// connection removes itself from its connections when it is closed.
type connection struct {
	*net.TCPConn
	all   *connections
	place *list.Element
}

func (c *connection) Close() error {
	c.all.mu.Lock()
	c.all.open.Remove(c.place) // does nothing if add has removed it
	c.all.mu.Unlock()
	return c.TCPConn.Close()
}

// limited is a listener that counts its connections.
type limited struct {
	*net.TCPListener
	connections *connections
}

func (l limited) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return l.connections.add(conn), nil
}

// limit makes the listeners of TCP ports share a maximum number of connections.
func limit(sockets []net.Listener, most int) []net.Listener {
	shared := &connections{max: most}
	out := make([]net.Listener, len(sockets))
	for i, socket := range sockets {
		out[i] = limited{socket.(*net.TCPListener), shared}
	}
	return out
}
