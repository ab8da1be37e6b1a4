// Package porttest finds ports for tests of programs that have to be told where to listen. Call
// [Free].
package porttest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Ports from which Free chooses. Systems take theirs from above 32768, so no connection and no
// listener of another test gets one of these before the program listens there.
const (
	lowest = 20000
	count  = 10000
)

// Free returns a port of 127.0.0.1 where nothing listens.
func Free(t testing.TB) string {
	t.Helper()
	var err error
	for range 100 {
		port := strconv.Itoa(lowest + rand.IntN(count))
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal(err)
	return ""
}
