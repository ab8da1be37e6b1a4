package loopback

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listen returns a listener that is closed when the test ends.
func listen(t *testing.T, addrs ...string) *Listener {
	t.Helper()
	l, err := Listen(addrs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// taken returns an address of 127.0.0.1 whose port is in use.
func taken(t *testing.T) string {
	t.Helper()
	socket, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return socket.Addr().String()
}

func connects(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

func TestListensBeforeItReturns(t *testing.T) {
	l := listen(t)
	if !connects(l.Addr().String()) {
		t.Errorf("%s does not accept connections", l.Addr())
	}
	l.Close()
	if connects(l.Addr().String()) {
		t.Errorf("%s still accepts connections after Close", l.Addr())
	}
	if err := l.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	haveV6 := false
	if socket, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		haveV6 = true
		socket.Close()
	}
	for _, addrs := range [][]string{nil, {"127.0.0.1:0"}, {"localhost:0"}, {":0"}} {
		l := listen(t, addrs...)
		var got []string
		for _, socket := range l.sockets {
			got = append(got, socket.Addr().String())
		}
		port := strconv.Itoa(l.Addr().Port)
		want := []string{"127.0.0.1:" + port}
		if haveV6 {
			want = append(want, "[::1]:"+port)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Listen(%q) (-want +got):\n%s", addrs, diff)
		}
	}
}

func TestListensOnTheGivenHost(t *testing.T) {
	for _, host := range []string{"0.0.0.0", "127.0.0.2"} {
		l := listen(t, host+":0")
		if got := l.Addr().IP.String(); got != host || len(l.sockets) != 1 {
			t.Errorf("host %s: listens on %d addresses, the first is %s", host, len(l.sockets), got)
		}
	}
}

func TestTakesTheFirstFreeCandidate(t *testing.T) {
	first := listen(t, taken(t), taken(t), "127.0.0.1:0", taken(t))
	if first.Addr().Port == 0 {
		t.Error("no port")
	}
}

func TestListenNamesEveryCandidateThatFailed(t *testing.T) {
	a, b := taken(t), taken(t)
	_, err := Listen([]string{a, b})
	var failed *ListenError
	var network *net.OpError
	if !errors.As(err, &failed) || len(failed.Errs) != 2 || !errors.As(err, &network) {
		t.Fatalf("Listen: %#v, want a *ListenError of two *net.OpError", err)
	}
	for _, addr := range []string{a, b} {
		if !strings.Contains(err.Error(), addr+": bind:") {
			t.Errorf("%q does not say what is wrong with %s", err, addr)
		}
	}
}

func TestListenRefusesAMalformedAddress(t *testing.T) {
	for _, bad := range []string{"", "8080", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80"} {
		l, err := Listen([]string{"127.0.0.1:0", bad})
		var failed *ListenError
		if !errors.As(err, &failed) || l != nil {
			t.Errorf("Listen(…, %q): %v, want a *ListenError", bad, err)
		}
	}
}

func TestURL(t *testing.T) {
	for _, tt := range []struct{ listen, path, want string }{
		{"127.0.0.1:0", "/cb", "http://127.0.0.1:PORT/cb"},
		{"localhost:0", "cb", "http://127.0.0.1:PORT/cb"},
		{"0.0.0.0:0", "/a b?", "http://127.0.0.1:PORT/a%20b%3F"},
		{"127.0.0.2:0", "", "http://127.0.0.2:PORT/"},
	} {
		l := listen(t, tt.listen)
		want := strings.Replace(tt.want, "PORT", strconv.Itoa(l.Addr().Port), 1)
		if got := l.URL(tt.path); got != want {
			t.Errorf("URL(%q) on %s = %s, want %s", tt.path, tt.listen, got, want)
		}
	}
}

// neighbour listens on a port of [::1] whose 127.0.0.1 is free, as some programs do.
func neighbour(t *testing.T) (port string) {
	t.Helper()
	if !hasIPv6() {
		t.Skip("this machine has no IPv6")
	}
	socket, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return strconv.Itoa(portOf(socket))
}

// A browser may use either address of localhost, so no other process may have one of
// them.
func TestLocalhostNeedsBothAddresses(t *testing.T) {
	port := neighbour(t)
	_, err := Listen([]string{"localhost:" + port})
	var failed *TakenError
	if !errors.As(err, &failed) || failed.Addr != "[::1]:"+port || !strings.Contains(err.Error(), "another process listens on [::1]:"+port) {
		t.Errorf("Listen: %v, want a *TakenError", err)
	}
	if connects("127.0.0.1:" + port) {
		t.Error("it still listens on 127.0.0.1")
	}
	if l := listen(t, "localhost:"+port, "localhost:0"); len(l.sockets) != 2 || strconv.Itoa(l.Addr().Port) == port {
		t.Errorf("the next candidate: %d sockets, the first is %s", len(l.sockets), l.Addr())
	}
	if l := listen(t, "127.0.0.1:"+port); len(l.sockets) != 1 {
		t.Errorf("127.0.0.1: %d sockets", len(l.sockets))
	}
}
