package loopback

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// serve handles requests to l with h until the test ends.
func serve(t *testing.T, l *Listener, h http.HandlerFunc) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(h) }()
	return ended
}

func TestServe(t *testing.T) {
	l := listen(t)
	ended := serve(t, l, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, " ", r.URL) })
	for _, socket := range l.sockets {
		resp, err := http.Post("http://"+socket.Addr().String()+"/any?x=1", "text/plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); string(body) != "POST /any?x=1" || err != nil || !resp.Close {
			t.Errorf("response: %q, %v; closes: %v", body, err, resp.Close)
		}
	}
	if err := l.Serve(http.NotFoundHandler()); err == nil {
		t.Error("a second Serve returned no error")
	}
	l.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v, want net.ErrClosed", err)
		}
	case <-time.After(patience):
		t.Error("Serve does not return after Close")
	}
}

func TestServeCutsOff(t *testing.T) {
	l := listen(t)
	l.limits.header, l.limits.headerBytes = 30*time.Millisecond, 4<<10
	serve(t, l, func(http.ResponseWriter, *http.Request) { t.Error("a request came through") })
	for name, sent := range map[string]string{
		"half a header": "GET / HTTP/1.1\r\nHost: ",
		"large header":  "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + strings.Repeat("x", 32<<10) + "\r\n\r\n",
	} {
		conn := dial(t, l)
		go io.WriteString(conn, sent)
		_, err := io.ReadAll(conn)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("%s: still connected", name)
		}
	}
}

// A process that opens many connections closes its own oldest ones, and does not keep
// the browser out.
func TestConnectionsAreLimited(t *testing.T) {
	l := listen(t)
	l.sockets = limit([]net.Listener{l.sockets[0].(limited).TCPListener}, 5)
	l.limits.header, l.limits.read = time.Hour, time.Hour
	done := catch(t, l, awaited)
	var idle []net.Conn
	for range 20 {
		conn := dial(t, l)
		io.WriteString(conn, "POST /cb/Zx81Qm HTTP/1.1\r\nHost: ")
		idle = append(idle, conn)
	}
	for i, conn := range idle[:15] {
		if answer, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) || len(answer) > 0 {
			t.Errorf("connection %d: %q, %v", i, answer, err)
		}
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
}
