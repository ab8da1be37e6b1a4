package client_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/key"
	"ssoctl/pkg/profile"
)

// publisher is a provider that publishes metadata and keys with a header, and counts.
type publisher struct {
	header http.Header
	keys   string
	asked  []string // what was requested, with conditions
	moved  bool     // the metadata is another issuer's
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	said := strings.TrimPrefix(r.URL.Path, "/.well-known/")
	for _, name := range []string{"If-None-Match", "Cache-Control"} {
		if value := r.Header.Get(name); value != "" {
			said += " " + value
		}
	}
	p.asked = append(p.asked, said)
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	if tag := p.header.Get("ETag"); tag != "" && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	switch {
	case r.URL.Path == "/jwks":
		fmt.Fprint(w, p.keys)
	case p.moved:
		fmt.Fprint(w, `{"issuer":"https://op.example"}`)
	default:
		scheme := "https"
		if r.TLS == nil {
			scheme = "http"
		}
		fmt.Fprintf(w, `{"issuer":"%s","jwks_uri":"%[1]s/jwks"}`, scheme+"://"+r.Host)
	}
}

// verifyAt verifies a token as a new process does that starts at the time now. set are further
// inputs, as NAME=VALUE.
func verifyAt(t *testing.T, server *httptest.Server, store httpcache.Store, token string, now time.Time, set ...string) error {
	t.Helper()
	p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(discovered)}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range append(set, "issuer="+server.URL) {
		name, value, _ := strings.Cut(given, "=")
		if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	c := client.New(p, client.Deps{
		HTTP: server.Client(), Now: func() time.Time { return now }, Rand: rand.Reader, Timeout: 10 * time.Second,
		Documents: client.Documents{Store: store}, Context: t.Context(),
	})
	v, err := c.TokenVerifier()
	if err == nil {
		_, _, err = v.VerifyToken(t.Context(), token, now)
	}
	return err
}

// signedBy returns a token for the issuer, and the JWK Set of its key, under the same kid for
// all algorithms.
func signedBy(t *testing.T, issuer string, a key.Algorithm) (token, set string) {
	t.Helper()
	k, _ := key.Example(string(a))
	token, err := k.SignToken(a, map[string]any{"kid": "1"}, []byte(`{"iss":"`+issuer+`","aud":"c1"}`))
	if err != nil {
		t.Fatal(err)
	}
	jwks, err := key.JWKS([]key.Algorithm{a}, []key.Key{k})
	if err != nil {
		t.Fatal(err)
	}
	return token, strings.ReplaceAll(string(jwks), k.Thumbprint(), "1")
}

// TestDocuments: metadata and keys are kept for as long as the server allows, and never believed
// more than a fresh answer.
func TestDocuments(t *testing.T) {
	const discovery = "openid-configuration"
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		header map[string]string
		after  time.Duration    // until the second run
		change func(*publisher) // before the second run
		rotate bool             // the second run has another key, with the same kid
		asked  string           // in the second run
		failed string           // the second run
	}{
		"nothing said":       {nil, 0, nil, false, discovery + ", /jwks", ""},
		"no-store":           {map[string]string{"Cache-Control": "no-store, max-age=60"}, 0, nil, false, discovery + ", /jwks", ""},
		"fresh":              {map[string]string{"Cache-Control": "max-age=60"}, time.Minute - 1, nil, false, "", ""},
		"stale":              {map[string]string{"Cache-Control": "max-age=60"}, time.Minute, nil, false, discovery + ", /jwks", ""},
		"confirmed":          {map[string]string{"Cache-Control": "no-cache", "Etag": `"1"`}, 0, nil, false, discovery + ` "1", /jwks "1"`, ""},
		"changed":            {map[string]string{"Cache-Control": "no-cache", "Etag": `"1"`}, 0, func(p *publisher) { p.header.Set("ETag", `"2"`) }, true, discovery + ` "1", /jwks "1"`, ""},
		"rotated while kept": {map[string]string{"Cache-Control": "max-age=60"}, 0, nil, true, "/jwks no-cache", ""},
		"a day later":        {map[string]string{"Cache-Control": "max-age=999999"}, 24 * time.Hour, nil, false, discovery + ", /jwks", ""},
		"moved while kept":   {map[string]string{"Cache-Control": "max-age=60"}, 0, func(p *publisher) { p.moved = true }, false, "", ""},
		"moved when stale":   {map[string]string{"Cache-Control": "max-age=60"}, time.Hour, func(p *publisher) { p.moved = true }, false, discovery, "belongs to another issuer"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &publisher{header: http.Header{}}
			for name, value := range tt.header {
				p.header.Set(name, value)
			}
			server := httptest.NewTLSServer(p)
			defer server.Close()
			store := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
			token, set := signedBy(t, server.URL, "ES256")
			p.keys = set
			if err := verifyAt(t, server, store, token, now); err != nil {
				t.Fatal(err)
			}
			if tt.change != nil {
				tt.change(p)
			}
			if tt.rotate {
				token, p.keys = signedBy(t, server.URL, "EdDSA")
			}
			p.asked = nil
			err := verifyAt(t, server, store, token, now.Add(tt.after))
			if asked := strings.Join(p.asked, ", "); asked != tt.asked || (err != nil) != (tt.failed != "") || err != nil && !strings.Contains(err.Error(), tt.failed) {
				t.Errorf("asked %q, error %v; want %q, error %q", asked, err, tt.asked, tt.failed)
			}
		})
	}
}

// TestDocumentsAreNotBelieved: a forged token is refused only by fresh keys, which are then kept,
// and a broken document is not.
func TestDocumentsAreNotBelieved(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p := &publisher{header: http.Header{"Cache-Control": {"max-age=60"}}}
	server := httptest.NewTLSServer(p)
	defer server.Close()
	store := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
	token, set := signedBy(t, server.URL, "ES256")
	forged, _ := signedBy(t, server.URL, "EdDSA")
	p.keys = `{"keys":[]}`
	for i, step := range []struct {
		keys, token string
		asked       int
		ok          bool
	}{
		{`{"keys":[]}`, token, 2, false}, // which is not kept
		{set, token, 1, true},
		{set, forged, 1, false},
		{set, token, 0, true},
	} {
		p.keys, p.asked = step.keys, nil
		if err := verifyAt(t, server, store, step.token, now); len(p.asked) != step.asked || (err == nil) != step.ok {
			t.Errorf("run %d: asked %v, error %v; want %d requests, success %v", i, p.asked, err, step.asked, step.ok)
		}
	}
}

// TestDocumentsOverHTTP: what came over http is not kept, and nothing that was kept of such an
// address is used. On this machine, another program may have had the port before.
func TestDocumentsOverHTTP(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	header := http.Header{"Cache-Control": {"max-age=3600"}, "Etag": {`"1"`}}
	p := &publisher{header: header}
	server := httptest.NewServer(p)
	defer server.Close()
	store := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
	token, set := signedBy(t, server.URL, "ES256")
	_, other := signedBy(t, server.URL, "EdDSA")
	p.keys = set
	planted, _ := httpcache.New(server.URL+"/jwks", header, []byte(other), now)
	if err := store.Save("", planted, now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p.asked = nil
		err := verifyAt(t, server, store, token, now)
		if asked := strings.Join(p.asked, ", "); err != nil || asked != "openid-configuration, /jwks" {
			t.Errorf("asked %q, error %v; want metadata and keys without conditions", asked, err)
		}
	}
	if kept, err := store.List(now); len(kept) != 1 || err != nil {
		t.Errorf("kept %d documents, error %v; want only the planted one", len(kept), err)
	}
}

// TestKeysAddress: keys are fetched over https or from this machine, wherever their address is from.
func TestKeysAddress(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p := &publisher{header: http.Header{}}
	server := httptest.NewServer(p)
	defer server.Close()
	token, set := signedBy(t, server.URL, "ES256")
	p.keys = set
	for at, want := range map[string]string{
		server.URL + "/jwks":       "",
		"https://u:p@keys.example": "p: jwks: the address of the keys contains a user or password: https://u:xxxxx@keys.example",
		"http://keys.example/jwks": "p: jwks: the address of the keys, http://keys.example/jwks, is not https",
	} {
		err := verifyAt(t, server, httpcache.Store{}, token, now, "jwks_url="+at)
		if problem := fmt.Sprint(err); (err != nil) != (want != "") || err != nil && problem != want {
			t.Errorf("%s: %s, want %s", at, problem, want)
		}
	}
}

// TestDamagedDocuments: whatever the files of kept documents contain, they only cost requests.
func TestDamagedDocuments(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p := &publisher{header: http.Header{"Cache-Control": {"max-age=60"}}}
	server := httptest.NewTLSServer(p)
	defer server.Close()
	token, set := signedBy(t, server.URL, "ES256")
	p.keys = set
	for name, damage := range map[string]func(d *httpcache.Document, text []byte) []byte{
		"cut off":    func(_ *httpcache.Document, text []byte) []byte { return text[:len(text)/2] },
		"empty":      func(*httpcache.Document, []byte) []byte { return nil },
		"a list":     func(*httpcache.Document, []byte) []byte { return []byte("[]") },
		"no body":    func(d *httpcache.Document, _ []byte) []byte { d.Body = nil; return nil },
		"other body": func(d *httpcache.Document, _ []byte) []byte { d.Body = []byte(`{"keys":"x"}`); return nil },
		"no keys":    func(d *httpcache.Document, _ []byte) []byte { d.Body = []byte(`{"keys":[]}`); return nil },
		"a page": func(d *httpcache.Document, _ []byte) []byte {
			d.Type, d.Body = "text/html", []byte("<html>")
			return nil
		},
		"of tomorrow": func(d *httpcache.Document, _ []byte) []byte { d.At = now.Add(24 * time.Hour); return nil },
		"of last week": func(d *httpcache.Document, _ []byte) []byte {
			d.At, d.FreshUntil = now.AddDate(0, 0, -7), now.AddDate(1, 0, 0)
			return nil
		},
		"of another": func(d *httpcache.Document, _ []byte) []byte { d.Address = "https://op.example/"; return nil },
	} {
		t.Run(name, func(t *testing.T) {
			store := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
			for run := range 3 {
				p.asked = nil
				if err := verifyAt(t, server, store, token, now); err != nil {
					t.Errorf("run %d: %v", run, err)
				}
				if want := []int{2, 2, 0}[run]; len(p.asked) != want {
					t.Errorf("run %d: asked %v, want %d requests", run, p.asked, want)
				}
				if run > 0 {
					continue
				}
				files, err := filepath.Glob(filepath.Join(store.Dir, "*", "*.json"))
				if err != nil || len(files) != 2 {
					t.Fatal(files, err)
				}
				for _, file := range files {
					text, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					var d httpcache.Document
					if err := json.Unmarshal(text, &d); err != nil {
						t.Fatal(err)
					}
					damaged := damage(&d, text)
					if damaged == nil && name != "empty" {
						if damaged, err = json.Marshal(d); err != nil {
							t.Fatal(err)
						}
					}
					if err := os.WriteFile(file, damaged, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
