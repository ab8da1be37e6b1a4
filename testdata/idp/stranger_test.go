package idp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The clients that are registered at each server.
const (
	publicID = "public"
	clientID = "web"
	// secret has characters that Basic encodes (RFC 6749 §2.3.1).
	secret = "s3cret:+/ %"
	// redirectURI is that of the client web. Its port is outside the range from which the
	// servers get theirs. The public client may use any port of 127.0.0.1.
	redirectURI = "http://127.0.0.1:27412/callback"
)

// A stranger is a server that somebody else wrote.
type stranger struct {
	name string
	// start serves it, and returns the address that begins all of its own.
	start func(t *testing.T) running
	// noDiscovery are the paths that metadata would name, by the inputs of the profile oauth2.
	noDiscovery map[string]string
	noPublic    string // why no public client can log in; "" if one can
	scope       string // for a refresh token
	subject     string // of the person who logs in
	secret      string // of the client web
	// machine is the client that may use the grant client_credentials.
	machine, machineSecret string
}

// running is a server that runs.
type running struct {
	base string
	// expire makes all codes that it has issued expire. nil: it has no means for that.
	expire func()
}

// serve serves on loopback what make returns for the address.
func serve(t *testing.T, make func(base string) http.Handler) string {
	t.Helper()
	var handler http.Handler
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	handler = make(s.URL)
	return s.URL
}

// client returns a user of a client of the server.
func (s stranger) client(t *testing.T, at running, id, secret string) *user {
	t.Helper()
	u := &user{t: t, home: t.TempDir(), secret: secret}
	if s.noDiscovery == nil {
		u.flags = []string{"--set", "issuer=" + at.base, "--set", "client_id=" + id, "-p", "oidc"}
	} else {
		u.flags = []string{"-p", "oauth2", "--set", "client_id=" + id}
		for input, path := range s.noDiscovery {
			u.flags = append(u.flags, "--set", input+"="+at.base+path)
		}
	}
	return u
}
