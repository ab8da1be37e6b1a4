package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/secret"
)

// issuer is a vendor that issues the tokens T1, T2 and so on, and accepts only the last
// one. It sets crowded if two requests for a token overlap.
type issuer struct {
	*httptest.Server
	tokens, users, asking atomic.Int32
	crowded               atomic.Bool
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{}
	i.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/user" {
			i.users.Add(1)
			if r.Header.Get("Token") != fmt.Sprintf("T%d", i.tokens.Load()) {
				says(200, "", `{"code":43,"message":"of an earlier time"}`)(w, r)
				return
			}
			says(200, "", `{"code":0,"id":7}`)(w, r)
			return
		}
		if i.asking.Add(1) > 1 {
			i.crowded.Store(true)
		}
		defer i.asking.Add(-1)
		time.Sleep(5 * time.Millisecond) // to let other requests arrive
		says(200, "", fmt.Sprintf(`{"code":0,"access_token":"T%d"}`, i.tokens.Add(1)))(w, r)
	})
	return i
}

// refusesTokens adds the refusal of issuer to acme.
var refusesTokens = []string{"[[refusals]]\ncode = 41", "[[refusals]]\ncode = 43\nkind = \"expired_token\"\nen = \"Get a new token.\"\n[[refusals]]\ncode = 41"}

// keeping returns a client that caches tokens in dir. Its clock is later by that duration,
// and its profile has the changes.
func (i *issuer) keeping(t *testing.T, dir string, later time.Duration, changes ...string) *client.Client {
	t.Helper()
	return i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}}, later, changes...)
}

func (i *issuer) keepingAs(t *testing.T, c client.Cache, later time.Duration, changes ...string) *client.Client {
	t.Helper()
	p := newClient(t, i.URL, append(changes, refusesTokens...)...).Profile()
	d := deps(t)
	d.Cache, d.Now = c, func() time.Time { return now.Add(later) }
	return client.New(p, d)
}

// privateDir returns a folder that no other user can write to, whatever the umask is.
func privateDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tokens")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func tokenOf(t *testing.T, c *client.Client) client.Token {
	t.Helper()
	token, err := c.AppToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTokenIsKept(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	first := tokenOf(t, i.keeping(t, dir, 0))
	want := first
	want.Cached, want.ExpiresIn = true, 7200-1800
	if diff := cmp.Diff(want, tokenOf(t, i.keeping(t, dir, 30*time.Minute))); diff != "" {
		t.Errorf("half an hour later (-want +got):\n%s", diff)
	}
	if got := tokenOf(t, i.keeping(t, dir, 110*time.Minute)); got.Cached || got.AccessToken.Reveal() != "T2" || got.ExpiresIn != 7200 {
		t.Errorf("ten minutes before expiry: got %+v, want the new token T2", got)
	}
	if n := i.tokens.Load(); n != 2 {
		t.Errorf("%d tokens were requested, want 2", n)
	}
}

// Any change of the request gives another cache key. Other changes do not.
func TestTokenIsKeptForItsRequest(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	with := func(name, value string) *client.Client {
		c := i.keeping(t, dir, 0)
		set(t, c.Profile(), name, value)
		return c
	}
	tokenOf(t, i.keeping(t, dir, 0))
	if tokenOf(t, i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}, Scope: "a certificate"}, 0)).Cached {
		t.Error("a client with another scope got the cached token")
	}
	for name, c := range map[string]*client.Client{
		"secret":  with("client_secret", "another"),
		"id":      with("client_id", "another"),
		"address": with("base_url", i.URL+"/sub"),
		"method":  i.keeping(t, dir, 0, "method = \"POST\"\nurl    = \"{base_url}/token\"", "method = \"PUT\"\nurl    = \"{base_url}/token\""),
		"header":  i.keeping(t, dir, 0, "json   = {", "headers = { X = \"1\" }\njson   = {"),
		"body":    i.keeping(t, dir, 0, "json   = { client_id", "form   = { client_id"),
	} {
		if tokenOf(t, c).Cached {
			t.Errorf("a client with another %s got the cached token", name)
		}
	}
	if !tokenOf(t, with("redirect_uri", "https://another.example/cb")).Cached {
		t.Error("redirect_uri is not in the request, but changes the cache key")
	}
	fresh := `json   = { time = "{timestamp_ms}", id = "{uuid}", client_id`
	tokenOf(t, i.keeping(t, dir, 0, "json   = { client_id", fresh))
	if !tokenOf(t, i.keeping(t, dir, time.Second, "json   = { client_id", fresh)).Cached {
		t.Error("values generated for each request change the cache key")
	}
}

// The command line of a program that prints a secret replaces the secret in the cache key.
// The output for other inputs stays, because it says whose token it is. If a pattern does
// not accept the command line, the secret itself is used.
func TestTokenIsKeptForItsProgram(t *testing.T) {
	for _, test := range []struct {
		name, input string
		changes     []string
		cached      bool
	}{
		{"a secret", "client_secret", nil, true},
		{"a secret within a default", "client_secret", []string{
			`client_secret = "{client_secret}" }`, `client_secret = "{proof}" }`,
			"[reply]", "[inputs.proof]\ndefault = \"{client_id}:{client_secret}\"\n[reply]",
		}, true},
		{"an id", "client_id", nil, false},
		{"a secret with a pattern", "client_secret", []string{`{ required = true, secret = true }`, `{ required = true, secret = true, pattern = "[0-9]+" }`}, false},
	} {
		i, dir, runs := newIssuer(t), privateDir(t), 0
		get := func() client.Token {
			c := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}}, 0, test.changes...)
			set(t, c.Profile(), test.input, "cmd:totp crm")
			d := deps(t)
			d.Cache.Store = cache.Folder{Dir: dir}
			d.Refs = reference.Resolver{Commands: true, Run: func(string, []string) (string, error) {
				runs++
				return fmt.Sprint(123456 + runs), nil
			}}
			return tokenOf(t, client.New(c.Profile(), d))
		}
		get()
		if got := get(); got.Cached != test.cached {
			t.Errorf("%s: cached is %t, want %t", test.name, got.Cached, test.cached)
		}
	}
}

// The address of an entry is shown in lists, so it contains neither a query nor a secret.
func TestEntryShowsNoSecret(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	tokenOf(t, i.keeping(t, dir, 0, `"{base_url}/token"`, `"{base_url}/token/{client_secret}?s={client_secret}"`))
	list, err := cache.Folder{Dir: dir}.List(now)
	if want := i.URL + "/token/" + secret.Redacted; err != nil || len(list) != 1 || list[0].Address != want {
		t.Errorf("got %+v, %v; want one entry with address %s", list, err, want)
	}
}

func TestTokenIsNotKept(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	for range 2 {
		if tokenOf(t, i.keeping(t, dir, 0, `lifetime = "2h"`, "")).Cached {
			t.Error("a token with unknown expiry was cached")
		}
	}
	tokenOf(t, i.keeping(t, dir, 0))
	fresh := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}, Fresh: true}, 0)
	if got := tokenOf(t, fresh); got.Cached || got.AccessToken.Reveal() != "T4" {
		t.Errorf("with Fresh: got %+v, want the new token T4", got)
	}
	if got := tokenOf(t, i.keeping(t, dir, 0)); got.Cached {
		t.Errorf("the token before the fresh one is still cached: %+v", got)
	}
}

// If the vendor refuses a cached token, the client requests a new one, once, and repeats
// the step, unless the step sends what works only once.
func TestTokenIsRenewed(t *testing.T) {
	noCode := []string{`query   = { code = "{code}" }`, ""}
	i, dir := newIssuer(t), privateDir(t)
	tokenOf(t, i.keeping(t, dir, 0))
	i.tokens.Add(1) // another client gets T2
	user, err := i.keeping(t, dir, 0, noCode...).UserInfo(t.Context(), nil, false)
	if err != nil || user.Subject != "7" || i.users.Load() != 2 {
		t.Errorf("got %v, %v after %d requests to userinfo, want user 7 after 2", user, err, i.users.Load())
	}
	if got := tokenOf(t, i.keeping(t, dir, 0)); !got.Cached || got.AccessToken.Reveal() != "T3" {
		t.Errorf("the new token was not cached: %+v", got)
	}

	i.tokens.Add(1)
	i.users.Store(0)
	var refusal *client.Refusal
	_, err = i.keeping(t, dir, 0).UserInfo(t.Context(), given(), false)
	if !errors.As(err, &refusal) || !refusal.TokenCached || i.users.Load() != 1 {
		t.Errorf("with a code: got %v after %d requests to userinfo, want a refusal of the cached token after 1", err, i.users.Load())
	}
	if user, err := i.keeping(t, dir, 0).UserInfo(t.Context(), given(), false); err != nil || user.Subject != "7" {
		t.Errorf("the next run: %v", err)
	}

	i.tokens.Add(1)
	i.users.Store(0)
	refreshing := []string{`"{base_url}/refresh"`, "\"{base_url}/user\"\nheaders = { Token = \"{app_token}\" }"}
	_, err = i.keeping(t, dir, 0, refreshing...).Refresh(t.Context(), secret.New("R"))
	if !errors.As(err, &refusal) || !refusal.TokenCached || i.users.Load() != 1 {
		t.Errorf("with a refresh token: got %v after %d requests, want a refusal of the cached token after 1", err, i.users.Load())
	}

	// A refused new token has another cause, so nothing is repeated.
	i.users.Store(0)
	broken := i.keeping(t, privateDir(t), 0, append(noCode, `Token = "{app_token}"`, `Token = "x{app_token}"`)...)
	if _, err := broken.UserInfo(t.Context(), nil, false); !errors.As(err, &refusal) || refusal.TokenCached || i.users.Load() != 1 {
		t.Errorf("a new token is refused: got %v after %d requests to userinfo, want a refusal after 1", err, i.users.Load())
	}
}

func TestTokenIsAskedForByOne(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	var all sync.WaitGroup
	for range 8 {
		c := i.keeping(t, dir, 0)
		all.Go(func() {
			if got, err := c.AppToken(t.Context()); err != nil || got.AccessToken != secret.New("T1") {
				t.Errorf("got %+v, %v; want T1", got, err)
			}
		})
	}
	all.Wait()
	if i.tokens.Load() != 1 {
		t.Errorf("%d tokens were requested, want 1", i.tokens.Load())
	}
	for range 8 { // clients that ignore the cache
		c := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}, Fresh: true}, 0)
		all.Go(func() {
			if _, err := c.AppToken(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if i.crowded.Load() {
		t.Error("two requests for a token overlapped")
	}
}

func TestTokenIsWaitedFor(t *testing.T) {
	i, dir := newIssuer(t), privateDir(t)
	told := 0
	c := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: dir}, Waiting: func() { told++ }}, 0)
	files := func() string {
		found, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%q, %v", found, err)
		}
		return found[0]
	}
	tokenOf(t, c)
	key := filepath.Base(files()[:len(files())-len(".json")])
	lock, err := cache.Folder{Dir: dir}.Lock(t.Context(), cache.Key{Name: key}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	if !tokenOf(t, c).Cached || told != 0 {
		t.Error("a client waited although the token is cached")
	}
	if err := os.Remove(files()); err != nil {
		t.Fatal(err)
	}

	d := deps(t)
	d.Timeout, d.Cache = 50*time.Millisecond, client.Cache{Store: cache.Folder{Dir: dir}, Waiting: func() { told++ }}
	var busy *client.BusyError
	_, err = client.New(c.Profile(), d).AppToken(t.Context())
	if !errors.As(err, &busy) || *busy != (client.BusyError{Profile: "acme", Step: "token", Waited: d.Timeout}) || told != 1 {
		t.Errorf("got %v and %d calls of Waiting, want a BusyError and 1 call", err, told)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.AppToken(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-C: %v", err)
	}
}

// If the token cannot be cached, the client still returns it, and reports the problem.
func TestTokenCannotBeKept(t *testing.T) {
	i := newIssuer(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var failed []error
	c := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: file}, Failed: func(err error) { failed = append(failed, err) }}, 0)
	if got := tokenOf(t, c); got.Cached || len(failed) != 1 {
		t.Errorf("got %+v, reported %v; want a new token and one report", got, failed)
	}
	silent := i.keepingAs(t, client.Cache{Store: cache.Folder{Dir: file}}, 0)
	tokenOf(t, silent)
}

// Wrong values are found before the cache is read.
func TestTokenOfNoRequest(t *testing.T) {
	i := newIssuer(t)
	c := i.keeping(t, privateDir(t), 0)
	set(t, c.Profile(), "base_url", "not a URL")
	var fault *profile.Error
	if _, err := c.AppToken(t.Context()); !errors.As(err, &fault) {
		t.Error(err)
	}
}
