package cmd_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestFailuresTellNoSecret covers failures that the emulator cannot play: proxies with a
// password, failed connections, forged redirects.
func TestFailuresTellNoSecret(t *testing.T) {
	t.Parallel()
	const proxyPassword = "pr0xy+pass/of=ours"
	telling := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("Proxy-Authorization")
		w.Header().Set("Www-Authenticate", `Basic realm="`+given+`"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
		plain, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(given, "Basic "))
		fmt.Fprintf(w, "<p>%s is not known here</p>", plain)
	}))
	t.Cleanup(telling.Close)
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	t.Cleanup(secured.Close)
	closed := httptest.NewServer(nil)
	closed.Close()
	through := func(proxy string) *url.URL {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("somebody", proxyPassword)
		return u
	}
	answer := func(address string, change func(url.Values)) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		back, err := url.Parse(u.Query().Get("redirect_uri"))
		if err != nil {
			return
		}
		query := url.Values{"code": {"emulated" + strings.Repeat("c", 32)}, "state": {u.Query().Get("state")}}
		change(query)
		back.RawQuery = query.Encode()
		browse(t.Context(), back.String()) //nolint // the page reports the failure
	}
	login := []string{"login", "--no-browser", "--redirect-uri", "http://127.0.0.1:0/callback", "--wait", "300ms"}

	for name, test := range map[string]struct {
		reach *http.Transport // has the environment's proxy
		token string          // token_url
		open  func(address string)
		args  []string
		exit  int
	}{
		"a proxy that echoes the password":      {token: "http://vendor.invalid/token", args: []string{"token", "--proxy", through(telling.URL).String()}, exit: 4},
		"such a proxy in the environment":       {token: "http://vendor.invalid/token", args: []string{"token"}, reach: &http.Transport{Proxy: http.ProxyURL(through(telling.URL))}, exit: 4},
		"such a proxy as a tunnel":              {token: "https://vendor.invalid/token", args: []string{"token", "--proxy", through(telling.URL).String()}, exit: 6},
		"an unreachable proxy":                  {token: "http://vendor.invalid/token", args: []string{"token", "--proxy", through(closed.URL).String()}, exit: 6},
		"an unreachable server":                 {token: closed.URL + "/token", args: []string{"token"}, exit: 6},
		"a certificate of an unknown authority": {token: secured.URL + "/token", args: []string{"token"}, exit: 6},
		"a redirect with another state":         {args: login, exit: 9, open: func(address string) { answer(address, func(q url.Values) { q.Set("state", q.Get("state")+"x") }) }},
		"a redirect without a state":            {args: login, exit: 9, open: func(address string) { answer(address, func(q url.Values) { q.Del("state") }) }},
		"a redirect with a refusal": {args: login, exit: 8, open: func(address string) {
			answer(address, func(q url.Values) {
				q.Del("code")
				q.Set("error", "access_denied")
				q.Set("error_description", "not for "+q.Get("state"))
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLeakRun(t, "oauth2")
			l.reach, l.secrets[proxyPassword] = cmp.Or(test.reach, &http.Transport{}), true
			if test.token != "" {
				l.env["SSOCTL_TOKEN_URL"] = test.token
			}
			if test.open != nil {
				l.open = test.open
			}
			code, stdout, said := l.run(t, test.args...)
			l.search(t, stdout+said)
			if code != test.exit {
				t.Errorf("exit %d, want %d\n%s", code, test.exit, said)
			}
		})
	}
}
