package handoff_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
)

const description = `
title = "A server"
[inputs]
base_url = { required = true }
client_secret = { secret = true }
redirect_uri = { default = "https://crm.example.com/cb" }
[reply]
ok = ".ok == 1"
code = ".code"
message = ".message"
[authorize]
method = "GET"
url = "{base_url}/authorize"
query = { redirect_uri = "{redirect_uri}", state = "{state}", code_challenge = "{code_challenge}" }
[exchange]
method = "POST"
url = "{base_url}/token"
form = { code = "{code}", code_verifier = "{code_verifier?}", redirect_uri = "{redirect_uri}", secret = "{client_secret}" }
read = { access_token = ".t" }
[userinfo]
method = "GET"
url = "{base_url}/user"
query = { t = "{access_token}" }
read = { subject = ".id" }
`

// vendor counts the requests for each path, and answers requests for the path failing with HTTP 503.
type vendor struct {
	mu      sync.Mutex
	seen    map[string]int
	failing string
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen[r.URL.Path]++
	if r.URL.Path == v.failing {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, `{"ok": 1, "t": "T", "id": "1001"}`)
}

// user has a person's stores on one machine, and the vendor.
type user struct {
	dir, secret string
	vendor      *vendor
	address     string
	warned      []string
}

func newUser(t *testing.T) *user {
	v := &vendor{seen: map[string]int{}}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	return &user{dir: filepath.Join(t.TempDir(), "state"), secret: "S", vendor: v, address: server.URL}
}

// command returns a new command of the user.
func (u *user) command(t *testing.T) *handoff.Command {
	t.Helper()
	p, err := profile.Load("crm", profile.Sources{Builtin: fstest.MapFS{"crm.toml": {Data: []byte(description)}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"base_url": u.address, "client_secret": u.secret} {
		if value == "" {
			continue
		}
		if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	return &handoff.Command{
		Name: "ssoctl exchange", Resuming: "ssoctl login --resume -p crm",
		Client: client.New(p, client.Deps{HTTP: http.DefaultClient, Now: time.Now, Rand: rand.Reader}),
		Logins: pending.Store{Dir: filepath.Join(u.dir, "logins")}, Resumes: pending.Resumes{Dir: filepath.Join(u.dir, "resume")},
		Codes: pending.Codes{Dir: filepath.Join(u.dir, "codes")}, Now: time.Now,
		Warn: func(t lang.Text) { u.warned = append(u.warned, t.EN) },
	}
}

// begin starts a login and returns it.
func (u *user) begin(t *testing.T) client.Authorization {
	t.Helper()
	c := u.command(t)
	auth, err := c.Client.Authorize(t.Context(), client.AuthorizeOptions{State: "a+b-STATE-1234567890"})
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(auth)
	if len(u.warned) > 0 {
		t.Fatal(u.warned)
	}
	return auth
}

// find returns the code of a callback of auth.
func (u *user) find(t *testing.T, c *handoff.Command, auth client.Authorization) handoff.Code {
	t.Helper()
	code, err := c.Callback(auth.RedirectURI+"?"+url.Values{"code": {"C"}, "state": {auth.State}}.Encode(), "", false)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCallback(t *testing.T) {
	u := newUser(t)
	auth := u.begin(t)
	state := url.QueryEscape(auth.State)
	for _, c := range []struct {
		name, query, known string
		want               string // the error; "" for the login's own values
	}{
		{"ours", "code=C&state=" + state, "", ""},
		{"ours, and --state is the same", "code=C&state=" + state, auth.State, ""},
		{"a plus sign that became a space", "code=C&state=" + auth.State, "", loopback.NewStray(loopback.StateSpace).Error()},
		{"another state", "code=C&state=X", "", "the callback's state is unknown: no such login was started here, or it has expired"},
		{"another than --state", "code=C&state=" + state, "X", "the callback's state differs from --state"},
		{"two states", "code=C&state=" + state + "&state=X", "", loopback.NewStray(loopback.SeveralStates).Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := u.command(t).Callback(auth.RedirectURI+"?"+c.query, c.known, false)
			if c.want != "" {
				if !errors.As(err, new(*loopback.StrayError)) || err.Error() != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			if diff := cmp.Diff(auth.Given("C"), got.Given); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestCode(t *testing.T) {
	u := newUser(t)
	auth := u.begin(t)
	for _, c := range []struct {
		name, state string
		verifier    bool
		verified    bool // a code_verifier is known
		want        string
	}{
		{name: "without state"},
		{name: "ours", state: auth.State, verified: true},
		{name: "another, with the caller's verifier", state: "X", verifier: true},
		{name: "another", state: "X", want: "--state: no such login was started here, or it has expired"},
	} {
		got, err := u.command(t).Code("C", c.state, c.verifier)
		if text := errorText(err); text != c.want {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
		if _, verified := got.Given.Text("code_verifier"); verified != c.verified {
			t.Errorf("%s: a code_verifier is known: %v, want %v", c.name, verified, c.verified)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// If two commands have found the same login, only one sends the code.
func TestCodeIsSentOnce(t *testing.T) {
	u := newUser(t)
	auth := u.begin(t)
	first, second := u.command(t), u.command(t)
	one, other := u.find(t, first, auth), u.find(t, second, auth)
	if _, err := first.Exchange(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	_, err := second.Exchange(t.Context(), other)
	if want := "another command has just finished this login"; errorText(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if n := u.vendor.seen["/token"]; n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
	var sent *handoff.SentBeforeError
	if _, err := u.command(t).Callback(auth.RedirectURI+"?code=C&state="+url.QueryEscape(auth.State), "", false); !errors.As(err, &sent) || sent.Sent.Command != first.Name {
		t.Errorf("a later command: %v does not say which command sent the code", err)
	}
}

// A login whose code was not sent can be finished later.
func TestUnsentCodeKeepsLogin(t *testing.T) {
	u := newUser(t)
	auth := u.begin(t)
	u.secret = ""
	c := u.command(t)
	if _, err := c.Exchange(t.Context(), u.find(t, c, auth)); !errors.As(err, new(*profile.MissingError)) {
		t.Errorf("got %v, want a missing secret", err)
	}
	u.secret = "S"
	c = u.command(t)
	if _, err := c.Exchange(t.Context(), u.find(t, c, auth)); err != nil {
		t.Error(err)
	}
}

// A login that failed after its code was used can be resumed once, if the failure may be temporary.
func TestResume(t *testing.T) {
	u := newUser(t)
	auth := u.begin(t)
	c := u.command(t)
	code := u.find(t, c, auth)
	u.vendor.failing = "/user"
	_, err := c.Client.Login(t.Context(), code.Given)
	if err = c.Sent(code.Given, err); !handoff.IsKept(err) {
		t.Fatalf("%v is not kept", err)
	}
	if _, _, err := u.command(t).Resume(t.Context()); !handoff.IsKept(err) {
		t.Errorf("the vendor still fails: %v is not kept", err)
	}
	u.vendor.failing = ""
	c = u.command(t)
	got, used, err := c.Resume(t.Context())
	if err != nil || used != "C" || got.User == nil || got.User.Subject != "1001" {
		t.Errorf("got %+v with code %s, %v", got, used, err)
	}
	if diff := cmp.Diff(map[string]int{"/token": 1, "/user": 3}, u.vendor.seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if _, _, err := u.command(t).Resume(t.Context()); !strings.Contains(errorText(err), "there is no login to resume") {
		t.Errorf("resumed twice: %v", err)
	}
	failed := errors.New("stdout is full")
	if err := c.NotPrinted(failed); !errors.Is(err, failed) || !handoff.IsKept(err) {
		t.Errorf("the result was not printed: %v is not kept", err)
	}
	if _, _, err := u.command(t).Resume(t.Context()); err != nil {
		t.Errorf("after the result was not printed: %v", err)
	}
	if n := u.vendor.seen["/user"]; n != 3 { // userinfo may have taken a value that works only once
		t.Errorf("userinfo ran %d times, want 3", n)
	}
}
