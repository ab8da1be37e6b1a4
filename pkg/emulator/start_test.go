package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"ssoctl/pkg/emulator"
)

// TestThirdParty checks that an independent client, golang.org/x/oauth2, logs in as its
// documentation says, with each method of client authentication.
func TestThirdParty(t *testing.T) {
	for name, style := range map[string]oauth2.AuthStyle{
		"header": oauth2.AuthStyleInHeader, "body": oauth2.AuthStyleInParams, "either": oauth2.AuthStyleAutoDetect,
	} {
		t.Run(name, func(t *testing.T) { thirdPartyLogsIn(t, style) })
	}
}

func thirdPartyLogsIn(t *testing.T, style oauth2.AuthStyle) {
	vendor := emulator.Start(t, "oauth2")
	config := vendor.Config("oauth2")
	client := oauth2.Config{
		ClientID: config["client_id"], ClientSecret: config["client_secret"], RedirectURL: config["redirect_uri"], Scopes: []string{"profile"},
		Endpoint: oauth2.Endpoint{AuthURL: config["authorize_url"], TokenURL: config["token_url"], AuthStyle: style},
	}
	verifier := oauth2.GenerateVerifier()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(client.AuthCodeURL("a-state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back, err := resp.Location()
	if err != nil || back.Query().Get("state") != "a-state" {
		t.Fatalf("HTTP %d to %v: %v", resp.StatusCode, back, err)
	}
	token, err := client.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	subject := func() string {
		resp, err := client.Client(t.Context(), token).Get(config["userinfo_url"])
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var user struct{ Sub string }
		if err := json.NewDecoder(resp.Body).Decode(&user); err != nil {
			t.Fatal(err)
		}
		return user.Sub
	}
	if got, want := subject(), emulator.DefaultUsers()[0].Subject; got != want {
		t.Errorf("%s logged in, not %s", got, want)
	}
	// The client refreshes an expired token by itself.
	if err := vendor.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	before := token.AccessToken
	token.Expiry = time.Now().Add(-time.Minute)
	if got, want := subject(), emulator.DefaultUsers()[0].Subject; got != want {
		t.Errorf("%s logged in, not %s", got, want)
	}
	refreshed := vendor.Requests(emulator.Filter{Step: "refresh"})
	if len(refreshed) != 1 || refreshed[0].Refusal != "" {
		t.Errorf("to replace %s the client sent %+v", before, refreshed)
	}
	// The client receives the vendor's refusal.
	_, err = client.Exchange(t.Context(), "invented", oauth2.VerifierOption(verifier))
	if err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("an invented code: %v", err)
	}
}

// fake is an emulator.T that ends on demand.
type fake struct {
	cleanups []func()
	fatal    string
}

func (f *fake) Helper()          {}
func (f *fake) Cleanup(g func()) { f.cleanups = append(f.cleanups, g) }
func (f *fake) Fatalf(format string, args ...any) {
	f.fatal = format
	panic(f)
}

// TestStart checks that all profiles are served until the test ends.
func TestStart(t *testing.T) {
	f := &fake{}
	s := emulator.Start(f)
	for _, p := range builtins(t) {
		if got := s.Config(p.Name); len(got) == 0 {
			t.Errorf("%s is not served", p.Name)
		}
	}
	stream, err := http.Get(s.URL + "/_/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	for _, g := range f.cleanups {
		g()
	}
	if _, err := http.Get(s.URL + "/_/health"); err == nil {
		t.Error("the server still runs after the test")
	}
	_, _ = io.Copy(io.Discard, stream.Body) // the stream ends too

	func() {
		defer func() { _ = recover() }()
		emulator.Start(f, "nonsense")
	}()
	if f.fatal == "" {
		t.Error("an unknown profile does not end the test")
	}
}

// TestStartWith tests StartWith with a profile from a file and with other users.
func TestStartWith(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ssoctl.toml")
	text := "[profiles.mine]\nextends = \"oauth2\"\nclient_id = \"ours\"\n[profiles.other]\nextends = \"oauth2\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if all := emulator.OwnProfiles(t, file); len(all) != 2 {
		t.Errorf("read %d profiles, want 2", len(all))
	}
	s := emulator.StartWith(t, emulator.Options{
		Profiles: emulator.OwnProfiles(t, file, "mine"),
		Users:    []emulator.User{{Subject: "seven@example.com", Name: "Seven"}},
	})
	if got := s.Config("mine")["client_id"]; got != "ours" {
		t.Errorf("client_id is %s", got)
	}
	if got := s.Users(); len(got) != 1 || got[0].Name != "Seven" {
		t.Errorf("users are %v", got)
	}
}

// run runs the test of the example.
func run(test func(emulator.T)) {
	t := &running{}
	defer t.end()
	test(t)
}

type running struct{ cleanup []func() }

func (t *running) Helper()                           {}
func (t *running) Cleanup(f func())                  { t.cleanup = append(t.cleanup, f) }
func (t *running) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (t *running) end() {
	for _, f := range slices.Backward(t.cleanup) {
		f()
	}
}
