package login_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/nettest"
)

func TestListensAtTheRedirectURI(t *testing.T) {
	f := flow(t, "returned")
	f.RedirectURI = "http://127.0.0.1:" + nettest.FreePort(t) + "/cb"
	var at string
	show := visit(t, "code=C&state=STATE")
	f.View = view(func(a client.Authorization, l *loopback.Listener) error {
		at = l.Addr().String()
		return show(a, l)
	})
	if _, err := code(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if "http://"+at+"/cb" != f.RedirectURI {
		t.Errorf("listened at %s", at)
	}
}

// The listener is ready before the URL is shown.
func TestListensBeforeItShows(t *testing.T) {
	f := flow(t, "returned")
	shown := errors.New("shown")
	f.View = view(func(_ client.Authorization, l *loopback.Listener) error {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Error(err)
		} else {
			conn.Close()
		}
		return shown
	})
	if _, err := code(t.Context(), f); !errors.Is(err, shown) {
		t.Errorf("got %v", err)
	}
}

// If the redirect_uri is on localhost, the listener needs both addresses of localhost,
// however the candidates are written. Otherwise another process could get the code.
func TestLocalhostNeedsBothAddresses(t *testing.T) {
	for _, c := range []struct {
		redirectURI string
		listen      []string
		taken       bool
	}{
		{"http://localhost:PORT/cb", nil, true},
		{"http://localhost:PORT/cb", []string{"127.0.0.1:PORT"}, true},
		{"http://LOCALHOST:PORT/cb", []string{":PORT"}, true},
		{"http://localhost:0/cb", []string{"127.0.0.1:PORT"}, true},
		{"http://localhost:0/cb", []string{"127.0.0.1:PORT", "127.0.0.1:0"}, false},
		{"http://localhost:0/cb", nil, false},
		{"http://127.0.0.1:PORT/cb", nil, false},
		{"", []string{"127.0.0.1:PORT"}, false},
		{"http://localhost:9/cb", []string{"127.0.0.1:PORT"}, false}, // forwarded from another port
		{"https://crm.example.com/cb", []string{"127.0.0.1:PORT"}, false},
	} {
		port := takenByNeighbour(t)
		c.redirectURI = strings.ReplaceAll(c.redirectURI, "PORT", port)
		for i, addr := range c.listen {
			c.listen[i] = strings.ReplaceAll(addr, "PORT", port)
		}
		f := flow(t, "returned")
		f.RedirectURI, f.Listen, f.View = c.redirectURI, c.listen, visit(t, "code=C&state=STATE")
		got, err := code(t.Context(), f)
		if taken := errors.As(err, new(*loopback.TakenError)); taken != c.taken || !taken && err != nil {
			t.Errorf("%s, %s: %v", c.redirectURI, c.listen, err)
		}
		if !c.taken && strings.Contains(c.redirectURI, "localhost") && !strings.HasPrefix(got.RedirectURI, "http://localhost:") {
			t.Errorf("%s, %s: redirect_uri is %s", c.redirectURI, c.listen, got.RedirectURI)
		}
	}
}

// takenByNeighbour returns a port of [::1] that another program listens on until the test
// ends. The port is free at 127.0.0.1.
func takenByNeighbour(t *testing.T) string {
	t.Helper()
	for {
		neighbour, err := net.Listen("tcp6", "[::1]:0")
		if err != nil {
			t.Skip("this machine has no IPv6")
		}
		t.Cleanup(func() { neighbour.Close() })
		_, port, _ := net.SplitHostPort(neighbour.Addr().String())
		if free, err := net.Listen("tcp4", "127.0.0.1:"+port); err == nil {
			free.Close()
			return port
		}
	}
}

// Ignored requests are reported while the login goes on.
func TestStrays(t *testing.T) {
	f := flow(t, "returned")
	var reported []string
	f.Strays = &loopback.Strays{Report: func(s loopback.Stray) { reported = append(reported, s.Error()) }}
	f.View = view(func(a client.Authorization, l *loopback.Listener) error {
		uri, state := back(t, a)
		go func() {
			hit(t, l, uri+"?error=access_denied")
			hit(t, l, uri+"?errcode=40013&state="+state)
			hit(t, l, uri+"?code=C&state="+state)
		}()
		return nil
	})
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" {
		t.Errorf("%+v, %v", got, err)
	}
	want := []string{
		"the callback has an error, but no state: access_denied",
		"the callback has the right state, but no code and no error, only other parameters: errcode",
	}
	if diff := cmp.Diff(want, reported); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}
