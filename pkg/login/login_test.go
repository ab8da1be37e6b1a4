package login_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

const header = `
title = "A server"
[inputs]
redirect_uri = { required = true }
[reply]
ok = "true"
[exchange]
method = "POST"
url    = "https://sso.example.com/token"
form   = { code = "{code}" }
read   = { access_token = ".t" }
[authorize]
method = "GET"
url    = "https://sso.example.com/authorize"
`

// descriptions has a profile for each way to handle the state, and one without authorize.
var descriptions = fstest.MapFS{
	"returned.toml": {Data: []byte(header + `query = { back = "{redirect_uri}", state = "{state}" }`)},
	"optional.toml": {Data: []byte(header + `query = { back = "{redirect_uri}", state = "{state}" }
state = "optional"`)},
	"redirect.toml": {Data: []byte(header + `query = { back = "{redirect_uri}" }
state = "redirect"
callback = { code = ["auth_code"] }`)},
	"nothing.toml": {Data: []byte(strings.SplitN(header, "[authorize]", 2)[0])},
}

func flow(t *testing.T, name string) login.Flow {
	t.Helper()
	p, err := profile.Load(name, profile.Sources{Builtin: descriptions})
	if err != nil {
		t.Fatal(err)
	}
	c := client.New(p, client.Deps{HTTP: http.DefaultClient, Now: time.Now, Rand: rand.Reader})
	return login.Flow{Client: c, Wait: 10 * time.Second}
}

// back returns the redirect_uri and the state in the authorize URL.
func back(t *testing.T, a client.Authorization) (redirectURI, state string) {
	t.Helper()
	u, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Query().Get("back"); got != a.RedirectURI {
		t.Errorf("the URL has redirect_uri %s, want %s", got, a.RedirectURI)
	}
	return a.RedirectURI, u.Query().Get("state")
}

// hit opens a URL like a browser that was redirected, but always connects to the listener.
func hit(t *testing.T, l *loopback.Listener, address string) int {
	u, err := url.Parse(address)
	if err != nil {
		t.Error(err)
		return 0
	}
	req := &http.Request{Method: "GET", URL: &url.URL{Scheme: "http", Host: l.Addr().String(), Path: u.Path, RawQuery: u.RawQuery}, Host: u.Host}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// view is a function as a [login.View].
type view func(client.Authorization, *loopback.Listener) error

func (v view) Show(_ context.Context, a client.Authorization, l *loopback.Listener) error {
	return v(a, l)
}

// visit returns a View that makes a browser open the redirect_uri with the query. STATE in
// the query stands for the state.
func visit(t *testing.T, query string) view {
	return func(a client.Authorization, l *loopback.Listener) error {
		uri, state := back(t, a)
		sep := "?"
		if strings.Contains(uri, "?") {
			sep = "&"
		}
		go hit(t, l, uri+sep+strings.ReplaceAll(query, "STATE", state))
		return nil
	}
}

// code runs a flow and calls Finish.
func code(ctx context.Context, f login.Flow) (login.Caught, error) {
	got, err := f.Code(ctx)
	got.Finish(loopback.Ending{})
	return got, err
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		name, profile, redirectURI string
		listen                     []string
		wantURI                    string // a pattern
		query                      string
		bound                      bool
	}{
		{"own URL", "returned", "", nil, `http://127\.0\.0\.1:\d+/callback`, "code=C&state=STATE", true},
		{"own URL, random path", "redirect", "", nil, `http://127\.0\.0\.1:\d+/[0-9a-z]{10}`, "auth_code=C", true},
		{"any free port", "returned", "http://127.0.0.1:0/back?x=1", nil, `http://127\.0\.0\.1:[1-9]\d*/back\?x=1`, "code=C&state=STATE", true},
		{"any free port of localhost", "returned", "http://localhost:0/", nil, `http://localhost:[1-9]\d*/`, "code=C&state=STATE", true},
		{"a registered path", "redirect", "http://127.0.0.1:0/back", nil, `http://127\.0\.0\.1:\d+/back`, "auth_code=C", false},
		{"{state} in the path", "redirect", "http://127.0.0.1:0/a/{state}", nil, `http://127\.0\.0\.1:\d+/a/[0-9a-z]{10}`, "auth_code=C", true},
		{"a tunnel", "returned", "https://crm.example.com/callback", nil, `https://crm\.example\.com/callback`, "code=C&state=STATE", true},
		{"a tunnel to an address", "returned", "https://crm.example.com:8443/cb", []string{"127.0.0.1:0"}, `https://crm\.example\.com:8443/cb`, "code=C&state=STATE", true},
		{"port 0 of another host", "returned", "http://192.0.2.7:0/cb", []string{"127.0.0.1:0"}, `http://192\.0\.2\.7:0/cb`, "code=C&state=STATE", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := flow(t, c.profile)
			f.RedirectURI, f.Listen, f.View = c.redirectURI, c.listen, visit(t, c.query)
			got, err := code(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if got.Code != "C" || got.Bound != c.bound || got.StateMissing {
				t.Errorf("got %+v", got)
			}
			if !regexp.MustCompile(`^` + c.wantURI + `$`).MatchString(got.RedirectURI) {
				t.Errorf("redirect_uri is %s", got.RedirectURI)
			}
		})
	}
}

func TestWithoutState(t *testing.T) {
	for _, c := range []struct {
		profile string
		noState bool
		taken   bool
	}{
		{"optional", true, true},
		{"optional", false, false},
		{"returned", true, false}, // the profile does not allow NoState
		{"returned", false, false},
	} {
		f := flow(t, c.profile)
		f.NoState = c.noState
		f.View = view(func(a client.Authorization, l *loopback.Listener) error {
			uri, state := back(t, a)
			go func() {
				if got := hit(t, l, uri+"?code=forged&state=forged"); got != http.StatusBadRequest {
					t.Errorf("a forged state: HTTP %d", got)
				}
				got := hit(t, l, uri+"?code=C")
				if (got == http.StatusOK) != c.taken {
					t.Errorf("%s, %v: HTTP %d", c.profile, c.noState, got)
				}
				if !c.taken {
					hit(t, l, uri+"?code=C&state="+state)
				}
			}()
			return nil
		})
		got, err := code(t.Context(), f)
		if err != nil || got.Code != "C" || got.StateMissing != c.taken {
			t.Errorf("%s, %v: %+v, %v", c.profile, c.noState, got, err)
		}
	}
}

// A browser that repeats the redirect, or reloads the page, is told that the login is
// done.
func TestRepeated(t *testing.T) {
	f := flow(t, "returned")
	var again func() int
	show := visit(t, "code=C&state=STATE")
	f.View = view(func(a client.Authorization, l *loopback.Listener) error {
		uri, state := back(t, a)
		again = func() int { return hit(t, l, uri+"?code=D&state="+state) }
		return show(a, l)
	})
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" {
		t.Fatalf("%+v, %v", got, err)
	}
	if got := again(); got != http.StatusOK {
		t.Errorf("HTTP %d", got)
	}
}

func TestDenied(t *testing.T) {
	f := flow(t, "returned")
	f.View = visit(t, "error=access_denied&state=STATE")
	_, err := code(t.Context(), f)
	var refused *loopback.CallbackError
	if !errors.As(err, &refused) || refused.Code != "access_denied" {
		t.Errorf("got %v", err)
	}
}

var nobody view = func(client.Authorization, *loopback.Listener) error { return nil }

func TestTimeout(t *testing.T) {
	f := flow(t, "returned")
	f.Wait, f.View = 20*time.Millisecond, nobody
	_, err := code(t.Context(), f)
	var timeout *login.TimeoutError
	if !errors.As(err, &timeout) || *timeout != (login.TimeoutError{Profile: "returned", Wait: f.Wait}) {
		t.Errorf("got %v", err)
	}
	if want := "returned: no login came back within 20ms"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := flow(t, "returned")
	var at string
	f.View = view(func(_ client.Authorization, l *loopback.Listener) error {
		at = l.Addr().String()
		cancel()
		return nil
	})
	if _, err := code(ctx, f); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if conn, err := net.Dial("tcp", at); err == nil {
		conn.Close()
		t.Error("the listener is still open")
	}
}

// The caller's deadline is not reported as the flow's.
func TestCallersDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	f := flow(t, "returned")
	f.View = nobody
	_, err := code(ctx, f)
	if errors.As(err, new(*login.TimeoutError)) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestCannotBegin(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var show view = func(client.Authorization, *loopback.Listener) error {
		t.Error("a URL was shown")
		return nil
	}

	f := flow(t, "nothing")
	f.View = show
	if _, err := code(t.Context(), f); !errors.As(err, new(*profile.NotOfferedError)) {
		t.Errorf("no authorize: %v", err)
	}
	f = flow(t, "returned")
	f.View, f.Listen = show, []string{taken.Addr().String()}
	if _, err := code(t.Context(), f); !errors.As(err, new(*loopback.ListenError)) {
		t.Errorf("port taken: %v", err)
	}
	f = flow(t, "returned")
	f.View, f.RedirectURI = show, "http://"+taken.Addr().String()+"/cb"
	if _, err := code(t.Context(), f); !errors.As(err, new(*loopback.ListenError)) {
		t.Errorf("port of redirect_uri taken: %v", err)
	}
}

// If no login comes back, the error says which requests were ignored.
func TestTimeoutNamesIgnoredRequests(t *testing.T) {
	f := flow(t, "returned")
	f.Strays, f.Wait, f.View = new(loopback.Strays), 20*time.Millisecond, nobody
	for _, want := range []string{
		"returned: no login came back within 20ms; 1 request was ignored: the callback has no state",
		"returned: no login came back within 20ms; 2 requests were ignored, the last one: the callback has no state",
	} {
		f.Strays.Add(loopback.NewStray(loopback.NoState))
		if _, err := code(t.Context(), f); fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
