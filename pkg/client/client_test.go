package client_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// acme is a profile with every kind of input, placeholder and body.
const acme = `
title = "Acme: for tests"

[inputs]
base_url      = { required = true }
client_id     = { required = true }
client_secret = { required = true, secret = true }
redirect_uri  = { default = "http://127.0.0.1/callback" }

[reply]
ok      = 'type == "object" and .code == 0'
code    = ".code?"
message = ".message?"
trace   = ".trace?"

[authorize]
method = "GET"
url    = "{base_url}/authorize"
query  = { client_id = "{client_id}", redirect_uri = "{redirect_uri}", state = "{state}" }

[exchange]
method  = "POST"
url     = "{base_url}/exchange"
headers = { Authorization = "{basic_auth}" }
form    = { code = "{code}", redirect_uri = "{redirect_uri}", code_verifier = "{code_verifier?}" }
read    = { access_token = ".access_token", expires_in = ".expires_in", refresh_token = ".refresh_token", id_token = ".id_token", subject = ".user" }

[token]
method = "POST"
url    = "{base_url}/token"
json   = { client_id = "{client_id}", client_secret = "{client_secret}" }
read   = { access_token = ".access_token", expires_in = ".expires_in" }
lifetime = "2h"

[refresh]
method = "POST"
url    = "{base_url}/refresh"
json   = { refresh_token = "{refresh_token}" }
read   = { access_token = ".access_token" }

[userinfo]
method  = "GET"
url     = "{base_url}/user"
query   = { code = "{code}" }
headers = { Token = "{app_token}" }
read    = { subject = ".id", name = ".name" }

[[refusals]]
code = 41
kind = "expired_code"
en   = "The code is too old."
zh   = "code 已过期。"
`

// now is what the client's clock shows.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// describedBy parses a profile.
func describedBy(t testing.TB, toml string) *profile.Profile {
	t.Helper()
	p, err := profile.Load("acme", profile.Sources{Builtin: fstest.MapFS{"acme.toml": &fstest.MapFile{Data: []byte(toml)}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newClient returns a client for acme at base_url. changes are pairs for
// [strings.NewReplacer], applied to the profile.
func newClient(t *testing.T, baseURL string, changes ...string) *client.Client {
	t.Helper()
	p := describedBy(t, strings.NewReplacer(changes...).Replace(acme))
	for name, value := range map[string]string{"base_url": baseURL, "client_id": "acme-id", "client_secret": clientSecret} {
		set(t, p, name, value)
	}
	return client.New(p, deps(t))
}

func set(t *testing.T, p *profile.Profile, name, value string) {
	t.Helper()
	if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
}

func deps(t *testing.T) client.Deps {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return client.Deps{
		HTTP: &http.Client{Transport: transport}, Now: func() time.Time { return now }, Rand: rand.Reader,
		Timeout: 10 * time.Second, UserAgent: "ssoctl/test",
	}
}

// serve starts a server that is closed when the test ends.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// says returns a handler that always sends this response.
func says(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil // the client's clock does not move
		w.Header()["Content-Type"] = []string{contentType}
		if contentType == "" {
			w.Header()["Content-Type"] = nil
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const (
	clientSecret = "S3cr3t/of+the=client"
	code         = "C0de/of+the=user"
)

func given(more ...string) recipe.Values {
	out := recipe.Values{"code": secret.New(code)}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = secret.New(more[i+1])
	}
	return out
}

// TestRequest covers the headers that the client adds to every request.
func TestRequest(t *testing.T) {
	var got http.Header
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		says(200, "application/json", `{"code":0,"access_token":"T"}`)(w, r)
	})
	if _, err := newClient(t, server.URL).AppToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"User-Agent": {"ssoctl/test"}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"},
		"Content-Type": {"application/json"}, "Content-Length": {"62"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	c := newClient(t, server.URL, `url    = "{base_url}/token"`, `url = "{base_url}/token"`+"\n"+`headers = { accept = "text/plain", user-agent = "theirs/{client_id}" }`)
	if _, err := c.AppToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	want["Accept"], want["User-Agent"] = []string{"text/plain"}, []string{"theirs/acme-id"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers that the profile sets (-want +got):\n%s", diff)
	}
}

// TestChain checks that the steps that userinfo needs run first, except those whose values
// are given.
func TestChain(t *testing.T) {
	var mu sync.Mutex
	var got []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.Method+" "+r.RequestURI+" "+r.Header.Get("Token"))
		says(200, "application/json", `{"code":0,"access_token":"A1","id":1234567890123456789,"name":"王小明","trace":"T-1"}`)(w, r)
	})
	c := newClient(t, server.URL+"/v")
	for _, g := range []recipe.Values{given(), given("app_token", "A0")} {
		user, err := c.UserInfo(t.Context(), g, false)
		if err != nil {
			t.Fatal(err)
		}
		user.Raw = nil
		want := client.User{Profile: "acme", Step: "userinfo", Subject: "1234567890123456789", Name: "王小明"}
		if diff := cmp.Diff(want, user); diff != "" {
			t.Errorf("user (-want +got):\n%s", diff)
		}
	}
	const escaped = "C0de%2Fof%2Bthe%3Duser"
	want := []string{"POST /v/token ", "GET /v/user?code=" + escaped + " A1", "GET /v/user?code=" + escaped + " A0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestNothingIsSent lists the errors that are found before the first request.
func TestNothingIsSent(t *testing.T) {
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	asks := func(c *client.Client, g recipe.Values) error {
		_, err := c.UserInfo(t.Context(), g, false)
		return err
	}
	var argument *client.ArgumentError
	if err := asks(newClient(t, server.URL), nil); !errors.As(err, &argument) || !cmp.Equal(argument.Needs, []string{"code"}) {
		t.Errorf("no code: %v", err)
	}
	var fault *profile.Error
	if err := asks(newClient(t, server.URL), given("app_token", "two\nlines")); !errors.As(err, &fault) || strings.Contains(err.Error(), "lines") {
		t.Errorf("a header value with a line break: %v", err)
	} else if want := `acme: userinfo: header "Token": the value contains a line break or another control character`; err.Error() != want {
		t.Errorf("a header value with a line break: %v, want %s", err, want)
	}
	// The error is in the second of two steps.
	if err := asks(newClient(t, server.URL, `".name"`, `".name["`), given()); !errors.As(err, new(profile.Errors)) {
		t.Errorf("invalid jq: %v", err)
	}
	if err := asks(newClient(t, "ftp://host.invalid"), given("app_token", "A0")); !errors.As(err, &fault) {
		t.Errorf("a URL without http or https: %v", err)
	}
	err := asks(newClient(t, server.URL, `{base_url}/user"`, `{base_url}/{code}/../user"`), given("app_token", "A0"))
	if !errors.As(err, &fault) || !strings.HasSuffix(err.Error(), `/[redacted]/../user": must not contain . or .. as a part of its path`) {
		t.Errorf("an invalid URL that contains a secret: %v", err)
	}
	p := describedBy(t, acme)
	set(t, p, "base_url", server.URL)
	var missing *profile.MissingError
	if err := asks(client.New(p, deps(t)), given()); !errors.As(err, &missing) || len(missing.Missing) != 2 {
		t.Errorf("missing inputs: %v", err)
	}
	var notOffered *profile.NotOfferedError
	if _, err := newClient(t, server.URL).UserInfo(t.Context(), given(), true); !errors.As(err, &notOffered) || notOffered.Step != "details" {
		t.Errorf("no such step: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newClient(t, server.URL).AppToken(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled before the request: %v", err)
	}
}

// TestLogin checks that a code is sent once, even if two steps take it.
func TestLogin(t *testing.T) {
	var got []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path)
		says(200, "", `{"code":0,"access_token":"A1","user":7,"id":8}`)(w, r)
	})
	login, err := newClient(t, server.URL).Login(t.Context(), given())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/exchange"}, got); diff != "" || login.User.Subject != "7" || login.Token.AccessToken.Reveal() != "A1" {
		t.Errorf("%+v\nrequests (-want +got):\n%s", login, diff)
	}
	// If userinfo takes an access_token, it runs after the exchange.
	got = nil
	login, err = newClient(t, server.URL, `query   = { code = "{code}" }`, "", "{app_token}", "{access_token}").Login(t.Context(), given())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/exchange", "/user"}, got); diff != "" || login.User.Subject != "8" {
		t.Errorf("%+v\nrequests (-want +got):\n%s", login, diff)
	}
	// If the vendor issues no token, the code is exchanged for the user.
	got = nil
	login, err = newClient(t, server.URL, "[exchange]", "[refresh]", "[refresh]", "[details]").Exchange(t.Context(), given("app_token", "A0"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/user"}, got); diff != "" || login.Token != nil || login.User.Subject != "8" {
		t.Errorf("%+v\nrequests (-want +got):\n%s", login, diff)
	}
}
