// Package nettest helps tests with TCP on the loopback interface: [FreePort] for a program that
// has to be told where to listen, [Serve] for a server that speaks no HTTP, or wrong HTTP.
package nettest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
)

// Ports from which FreePort chooses. Systems take theirs from above 32768, so no connection and
// no listener of another test gets one of these before the program listens there.
const (
	lowest = 20000
	count  = 10000
)

// A process gives out one port after the other, from a random one. A test may use its port long
// after it got it.
var (
	first = rand.IntN(count)
	given atomic.Int64
)

// FreePort returns a port of 127.0.0.1 where nothing listens, and that this process has not
// returned before.
func FreePort(t testing.TB) string {
	t.Helper()
	var err error
	for range 100 {
		port := strconv.Itoa(lowest + (first+int(given.Add(1)))%count)
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal(err)
	return ""
}

// Serve calls serve with each connection to an address, HOST:PORT, until the test ends. It
// closes a connection when serve returns.
func Serve(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return l.Addr().String()
}
