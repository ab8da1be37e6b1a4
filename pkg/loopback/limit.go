package loopback

import (
	"container/list"
	"net"
	"sync"
)

// connections are those that are open, oldest first, and at most max of them: each
// may hold a header and a form, and anybody on this machine can open one. A new
// one ends the oldest, so that nobody keeps the browser out by opening many.
type connections struct {
	max  int
	mu   sync.Mutex
	open list.List // of *connection
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

// connection is one of connections, until it is closed.
type connection struct {
	*net.TCPConn
	all   *connections
	place *list.Element
}

func (c *connection) Close() error {
	c.all.mu.Lock()
	c.all.open.Remove(c.place) // nothing, where it is not there any more
	c.all.mu.Unlock()
	return c.TCPConn.Close()
}

// limited is a listener whose connections are among connections.
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

// limit has listeners of TCP ports share that many connections.
func limit(sockets []net.Listener, most int) []net.Listener {
	shared := &connections{max: most}
	out := make([]net.Listener, len(sockets))
	for i, socket := range sockets {
		out[i] = limited{socket.(*net.TCPListener), shared}
	}
	return out
}
