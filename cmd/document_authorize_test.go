package cmd_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// clientAuthorizes compares the authorize address with the documented one and reads the
// documented callback.
func clientAuthorizes(t *testing.T, f *documented) {
	const base = "https://vendor.example" + basePath
	p := builtinProfile(t, f.profile)
	if p.Authorize == nil {
		t.Fatal("the profile has no authorize step")
	}
	given := giveTo(t, p, f, base)
	state, _ := given.Text("state")
	c := client.New(p, client.Deps{HTTP: &http.Client{}, Now: func() time.Time { return f.now }, Rand: randomOf(t, given)})
	auth, err := c.Authorize(t.Context(), client.AuthorizeOptions{State: state})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(auth.URL)
	_, fragment, _ := strings.Cut(string(p.Authorize.URL), "#")
	if err != nil || "https://"+u.Host+basePath != base || u.Fragment != fragment {
		t.Fatalf("the authorize address: got %s, want one below %s with the fragment %q; error %v", auth.URL, base, fragment, err)
	}
	compareRequest(t, f, p.Authorize, message{Start: "GET " + u.RequestURI()})
	if f.noState {
		if code := catchCallback(t, f, c, auth, false); code != nil {
			t.Errorf("a callback without state was accepted although state is required: %v", code)
		}
	}
	if diff := cmp.Diff(f.want, catchCallback(t, f, c, auth, f.noState)); diff != "" {
		t.Errorf("the callback (-document +client):\n%s", diff)
	}
}

// randomOf returns random bytes from which the client makes the given code_verifier.
func randomOf(t *testing.T, given recipe.Values) io.Reader {
	verifier, ok := given.Text("code_verifier")
	if !ok {
		return rand.Reader
	}
	b, err := base64.RawURLEncoding.DecodeString(verifier)
	if err != nil || len(b) != 32 {
		t.Fatalf("code_verifier: got %d bytes, want 32; error %v", len(b), err)
	}
	return verifierReader(b)
}

// verifierReader returns its bytes for a read of their length, and otherwise random ones: the nonce
// and the state are shorter.
type verifierReader []byte

func (v verifierReader) Read(p []byte) (int, error) {
	if len(p) == len(v) {
		return copy(p, v), nil
	}
	return rand.Read(p)
}

// catchCallback sends the documented callback to a listener of package loopback, with the
// host of redirect_uri, as a proxy on that host would. It returns the code and what else
// the profile reads, or the refusal, or nil if the listener did not accept the callback.
func catchCallback(t *testing.T, f *documented, c *client.Client, auth client.Authorization, noState bool) map[string]any {
	t.Helper()
	p := c.Profile()
	if noState && p.Authorize.State != profile.StateOptional {
		t.Errorf("the fixture has no-state, but the profile lacks state = %q", profile.StateOptional)
	}
	l, err := loopback.Listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	type caught struct {
		loopback.Callback
		err error
	}
	back := make(chan caught, 1)
	expect, err := c.Expect(auth.RedirectURI, auth.State)
	if err != nil {
		t.Fatal(err) // it needs metadata, unless authorize_url and token_url are given
	}
	expect.StateOptional = noState
	go func() {
		got, err := l.Catch(ctx, expect)
		l.Finish(loopback.Ending{})
		back <- caught{got, err}
	}()
	u, err := url.Parse(auth.RedirectURI)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.URL(u.Path)+"?"+f.callback, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = u.Host
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		cancel()
	}
	got := <-back
	if refused := (*loopback.CallbackError)(nil); errors.As(got.err, &refused) {
		known, _ := p.Refusal(refused.Code, refused.Description)
		return map[string]any{"refusal": map[string]any{"code": refused.Code, "kind": string(known.Kind), "message": refused.Description}}
	}
	if got.err != nil {
		return nil
	}
	reader, err := p.RedirectReader()
	if err != nil {
		t.Fatal(err)
	}
	read := reader.Values(got.Query)
	read["code"] = got.Code
	return read
}
