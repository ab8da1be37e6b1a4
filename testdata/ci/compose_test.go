//go:build linux

package ci_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// checkCompose runs the emulator of compose.yaml, and logs in as the browser and the program of
// that file would.
func checkCompose(t *testing.T, c container) {
	p := loadCompose(t, example(t, "containers.md", "compose.yaml"))
	emulator, app := p.Services["emulator"], p.Services["app"]
	if condition := app.DependsOn["emulator"].Condition; condition != "service_healthy" {
		t.Errorf("the program waits for %q", condition)
	}
	port := freePort(t)
	args := slices.Clone([]string(emulator.Command))
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "0.0.0.0:8080", "0.0.0.0:"+port)
	}
	stop := c.start(t, replacePort(emulator.HealthCheck.Test[1:], port), args...)
	defer stop()
	get := func(name string) string {
		value := app.Environment[name]
		if value == nil {
			t.Fatalf("compose.yaml does not set %s", name)
		}
		return *value
	}

	login(t, port, get)
}

// login logs in with the settings of the program. In a container, emulator:8080 is the emulator;
// on the machine with the browser, localhost:8080 is.
func login(t *testing.T, port string, get func(name string) string) {
	program, browser := reaches("emulator:8080", port), reaches("localhost:8080", port)
	var provider struct {
		Issuer        string `json:"issuer"`
		Authorization string `json:"authorization_endpoint"`
		Token         string `json:"token_endpoint"`
	}
	decode(t, &provider)(program.Get(get("ISSUER") + "/.well-known/openid-configuration"))
	if provider.Issuer != get("ISSUER") {
		t.Errorf("the issuer is %s, want %s", provider.Issuer, get("ISSUER"))
	}
	query := url.Values{
		"response_type": {"code"}, "client_id": {get("CLIENT_ID")}, "redirect_uri": {get("REDIRECT_URI")},
		"scope": {"openid"}, "state": {"a-state"}, "nonce": {"a-nonce"},
	}
	response, err := browser.Get(provider.Authorization + "?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	back, err := response.Location()
	if err != nil || !strings.HasPrefix(back.String(), get("REDIRECT_URI")+"?") {
		t.Fatalf("%v: got %s, %v", err, response.Status, response.Header)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {get("REDIRECT_URI")}}
	request, err := http.NewRequestWithContext(t.Context(), "POST", provider.Token, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(get("CLIENT_ID"), get("CLIENT_SECRET"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		Type string `json:"token_type"`
	}
	decode(t, &token)(program.Do(request))
	if token.Type != "Bearer" {
		t.Errorf("got a token of the type %q", token.Type)
	}
}

// reaches returns a client for which address is the emulator at a port, and nothing else exists.
func reaches(address, port string) *http.Client {
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		if to != address {
			return nil, fmt.Errorf("there is no %s", to)
		}
		return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: &http.Transport{DialContext: dial}, CheckRedirect: stay}
}

// decode returns a function that reads a response.
func decode(t *testing.T, to any) func(*http.Response, error) {
	return func(r *http.Response, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Fatalf("got %s", r.Status)
		}
		if err := json.NewDecoder(r.Body).Decode(to); err != nil {
			t.Fatal(err)
		}
	}
}

// loadCompose checks a file against Compose's schema and rules, and returns what it says.
func loadCompose(t *testing.T, content []byte) *types.Project {
	t.Helper()
	p, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  t.TempDir(),
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: content}},
		Environment: types.Mapping{},
	}, func(o *loader.Options) { o.SetProjectName("example", true) })
	if err != nil {
		t.Fatal(err)
	}
	return p
}
