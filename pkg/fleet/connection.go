package fleet

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/gomodule/redigo/redis"
)

// connections is a pool of connections to a server. A command needs one, and a second if the lock is
// extended during another operation.
type connections struct {
	address     Address
	authorities *x509.CertPool

	mu     sync.Mutex
	idle   []redis.Conn
	closed bool
}

// use runs op with a connection that nothing else uses meanwhile. ctx needs a deadline, because the
// connection has no timeouts.
func (s *connections) use(ctx context.Context, op func(context.Context, redis.Conn) error) error {
	c := s.take()
	if c == nil {
		var err error
		if c, err = s.dial(ctx); err != nil {
			return err
		}
	}
	defer s.put(c)
	return op(ctx, c)
}

// take returns an idle connection; nil if there is none.
func (s *connections) take() redis.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.idle) - 1
	if last < 0 {
		return nil
	}
	c := s.idle[last]
	s.idle = s.idle[:last]
	return c
}

// put keeps a connection for the next operation, unless it is broken.
func (s *connections) put(c redis.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || c.Err() != nil {
		c.Close()
		return
	}
	s.idle = append(s.idle, c)
}

// Close closes the idle connections, and the others when their operations end.
func (s *connections) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var err error
	for _, c := range s.idle {
		err = errors.Join(err, c.Close())
	}
	s.idle = nil
	return err
}

// dial connects and logs in.
func (s *connections) dial(ctx context.Context) (redis.Conn, error) {
	a := s.address
	return redis.DialContext(ctx, a.network, a.host, redis.DialContextFunc(s.connect), redis.DialDatabase(a.db),
		// AUTH with a name also works if the default user has no password.
		redis.DialUsername(cmp.Or(a.user, "default")), redis.DialPassword(a.Password.Reveal()))
}

// errNoHandshake means that the server accepted the connection, but did not answer the TLS handshake
// in time.
var errNoHandshake = errors.New("no TLS handshake")

func (s *connections) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if !s.address.tls {
		return &limitedConn{Conn: conn}, nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		conn.Close()
		return nil, err
	}
	encrypted := tls.Client(conn, &tls.Config{ServerName: host, RootCAs: s.authorities})
	if err := encrypted.HandshakeContext(ctx); err != nil {
		conn.Close()
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", errNoHandshake, err)
		}
		return nil, err
	}
	return &limitedConn{Conn: encrypted}, nil
}

// speaksPlainly reports whether the server answers without TLS. It sends no password.
func (s *connections) speaksPlainly(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	plain := connections{address: Address{network: s.address.network, host: s.address.host}}
	defer plain.Close()
	err := plain.use(ctx, func(ctx context.Context, c redis.Conn) error {
		_, err := redis.DoContext(c, ctx, "PING")
		return err
	})
	return err == nil || isReply(err)
}
