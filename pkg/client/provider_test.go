package client_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator/sign"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// discovered is a profile whose endpoints can come from metadata.
const discovered = `
[inputs]
issuer    = { required = true }
token_url = {}
jwks_url  = {}
client_id = { default = "c1" }
[token]
method = "POST"
url    = "{token_url}"
form   = { client_id = "{client_id}" }
read   = { access_token = ".access_token" }
`

// askFor gets an application's token from a server whose issuer is its address, with values
// that have been given. It returns the paths that were requested.
func askFor(t *testing.T, handler http.HandlerFunc, given map[string]string) (paths string, err error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths += r.Method + " " + r.URL.Path + "\n"
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(discovered)}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range given {
		if err := p.Set(name, strings.ReplaceAll(text, "SERVER", server.URL), profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	c := client.New(p, client.Deps{HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second})
	_, err = c.AppToken(context.WithoutCancel(t.Context()))
	if err != nil {
		err = errors.New(strings.ReplaceAll(err.Error(), server.URL, "SERVER"))
	}
	return paths, err
}

const (
	askOpenID = "GET /a/.well-known/openid-configuration\n"
	askOAuth  = "GET /.well-known/oauth-authorization-server/a\n"
)

func TestDiscovery(t *testing.T) {
	metadata := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":"http://%s/a","token_endpoint":"http://%[1]s/t"}`, r.Host)
	}
	token := func(w http.ResponseWriter) { fmt.Fprint(w, `{"access_token":"T"}`) }
	found := map[string]string{"issuer": "SERVER/a"}
	for name, tt := range map[string]struct {
		given map[string]string
		at    map[string]http.HandlerFunc // by path; others are not found
		paths string
		err   string
	}{
		"OpenID":          {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": metadata}, paths: askOpenID + "POST /t\n"},
		"RFC 8414":        {given: found, at: map[string]http.HandlerFunc{"/.well-known/oauth-authorization-server/a": metadata}, paths: askOpenID + askOAuth + "POST /t\n"},
		"not needed":      {given: map[string]string{"issuer": "SERVER/a", "token_url": "SERVER/t"}, paths: "POST /t\n"},
		"not found":       {given: found, paths: askOpenID + askOAuth, err: "p: discovery: the provider publishes nothing at SERVER/a/.well-known/openid-configuration or SERVER/.well-known/oauth-authorization-server/a: HTTP 404"},
		"no issuer":       {paths: "", err: "p: missing inputs:\n  issuer"},
		"issuer is a URL": {given: map[string]string{"issuer": "http://op.example"}, err: "p: discovery: the issuer http://op.example is not https"},
		"redirect": {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://login.example/a?secret=1", http.StatusFound)
		}}, paths: askOpenID + askOAuth, err: "the server redirects to https://login.example/a, which ssoctl does not follow"},
		"page": {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><title>Welcome</title>")
		}}, paths: askOpenID + askOAuth, err: "expected JSON, got text/html"},
		"failing": {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}}, paths: askOpenID, err: "HTTP 503"},
		"too large": {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"x":"%s"}`, strings.Repeat("x", 1<<20))
		}}, paths: askOpenID, err: "p: discovery: larger than 1 MiB"},
		"no endpoint": {given: found, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"issuer":"http://%s/a"}`, r.Host)
		}}, paths: askOpenID, err: "p: discovery: the provider's metadata has no token_endpoint"},
		"another issuer": {given: map[string]string{"issuer": "SERVER/a/"}, at: map[string]http.HandlerFunc{"/a/.well-known/openid-configuration": metadata}, paths: askOpenID, err: `they differ in the final /`},
	} {
		t.Run(name, func(t *testing.T) {
			paths, err := askFor(t, func(w http.ResponseWriter, r *http.Request) {
				switch handler := tt.at[r.URL.Path]; {
				case r.URL.Path == "/t":
					token(w)
				case handler != nil:
					handler(w, r)
				default:
					http.NotFound(w, r)
				}
			}, tt.given)
			if text := fmt.Sprint(err); paths != tt.paths || (err != nil) != (tt.err != "") || err != nil && !strings.Contains(text, tt.err) {
				t.Errorf("requests:\n%serror %s, want requests:\n%serror %s", paths, text, tt.paths, tt.err)
			}
		})
	}
}

// TestMetadataNamesAlgorithms checks that an id_token may only be signed with an algorithm that
// the issuer's metadata names, whether or not the profile declares jwks_url. The token here is
// signed with ES256, by a key that the issuer publishes.
func TestMetadataNamesAlgorithms(t *testing.T) {
	keys, err := sign.New("ES256")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ input, algorithms, claim string }{
		"declared, named":       {"jwks_url = {}", `["RS256","ES256"]`, ""},
		"declared, not named":   {"jwks_url = {}", `["RS256"]`, "alg"},
		"undeclared, named":     {"", `["RS256","ES256"]`, ""},
		"undeclared, not named": {"", `["RS256"]`, "alg"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				issuer := "http://" + r.Host
				switch r.URL.Path {
				case "/.well-known/openid-configuration":
					fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":%s}`, issuer, issuer+"/t", issuer+"/jwks", tt.algorithms)
				case "/jwks":
					set, _ := keys.JWKS()
					_, _ = w.Write(set)
				case "/t":
					now := time.Now().Unix()
					token, _ := keys.Sign("ES256", map[string]any{"iss": issuer, "sub": "u1", "aud": "c1", "iat": now, "exp": now + 60})
					fmt.Fprintf(w, `{"access_token":"T","id_token":%q}`, token)
				}
			}))
			defer server.Close()
			text := `
[inputs]
issuer    = { required = true }
token_url = { required = true }
client_id = { default = "c1" }
` + tt.input + `
[exchange]
method = "POST"
url    = "{token_url}"
form   = { code = "{code}" }
read   = { access_token = ".access_token", id_token = ".id_token" }
`
			p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(text)}}})
			if err == nil {
				err = p.Set("issuer", server.URL, profile.Origin{From: "flag"})
			}
			if err != nil {
				t.Fatal(err)
			}
			c := client.New(p, client.Deps{HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second})
			login, err := c.Exchange(t.Context(), recipe.Values{"code": secret.New("C")})
			var wrong *client.ProtocolError
			switch {
			case tt.claim == "" && (err != nil || !login.Token.Verified):
				t.Errorf("got %v, want a verified id_token", err)
			case tt.claim != "" && (!errors.As(err, &wrong) || wrong.Claim != tt.claim):
				t.Errorf("got %v, want an error about %s", err, tt.claim)
			}
		})
	}
}
