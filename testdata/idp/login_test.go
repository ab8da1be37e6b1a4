package idp_test

import (
	"net/url"
	"strings"
	"testing"
)

var servers = []stranger{zitadel, dexServer, fositeServer, goOAuth2}

// TestPublicClient logs in with nothing but an issuer and the id of a public client.
func TestPublicClient(t *testing.T) {
	for _, s := range servers {
		if s.noPublic != "" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			at := s.start(t)
			u := &user{t: t, home: t.TempDir()}
			got := u.succeeds("login", "--issuer", at.base, "--client-id", publicID)
			if !got.Token.Verified || got.User.Subject != s.subject {
				t.Errorf("verified %v, user %q, want %q", got.Token.Verified, got.User.Subject, s.subject)
			}
		})
	}
}

// TestConfidentialClient logs in, refreshes the token, reads the user, and gets a token of its
// own.
func TestConfidentialClient(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			at := s.start(t)
			u := s.client(t, at, clientID, s.secret)
			got := u.succeeds("login", "--redirect-uri", redirectURI, "--set", "scope="+s.scope)
			if got.Token.Verified != (s.noDiscovery == nil) || got.User.Subject != s.subject || got.Token.ExpiresIn == 0 {
				t.Errorf("token %+v, user %+v, want %q", got.Token, got.User, s.subject)
			}
			first := got.Token
			if first.RefreshToken == "" {
				t.Fatal("no refresh token")
			}
			second := u.succeeds("token", "--refresh-token", first.RefreshToken)
			if second.AccessToken == "" || second.AccessToken == first.AccessToken {
				t.Errorf("the token after the refresh is %q, before it %q", second.AccessToken, first.AccessToken)
			}
			if user := u.succeeds("userinfo", "--access-token", second.AccessToken); user.Subject != s.subject {
				t.Errorf("userinfo: %q, want %q", user.Subject, s.subject)
			}
			if s.machine != "" {
				if own := s.client(t, at, s.machine, s.machineSecret).succeeds("token"); own.AccessToken == "" {
					t.Error("no token of the application")
				}
			}
		})
	}
}

// A login is a code, and what else its exchange needs.
type login struct{ code, redirectURI, verifier string }

// begin has a person log in, and returns the login.
func (u *user) begin(scope string) login {
	u.t.Helper()
	return u.beginIn(newBrowser(), scope)
}

// beginIn is begin in a browser, which stops at redirectURI from then on.
func (u *user) beginIn(b *browser, scope string) login {
	u.t.Helper()
	begun := u.succeeds("authorize-url", "--redirect-uri", redirectURI, "--set", "scope="+scope)
	b.until = redirectURI
	callback, err := b.open(begun.URL)
	if err != nil {
		u.t.Fatal(err)
	}
	back, err := url.Parse(callback)
	if err != nil || back.Query().Get("code") == "" {
		u.t.Fatalf("the browser ended at %s: %v", callback, err)
	}
	return login{code: back.Query().Get("code"), redirectURI: redirectURI, verifier: begun.CodeVerifier}
}

// exchange returns the command that exchanges the code.
func (l login) exchange() []string {
	args := []string{"exchange", "--code", l.code, "--redirect-uri", l.redirectURI}
	if l.verifier != "" {
		args = append(args, "--code-verifier", l.verifier)
	}
	return args
}

// TestPrompt logs in where the server has to ask the person, and may not.
func TestPrompt(t *testing.T) {
	for _, s := range []stranger{zitadel, dexServer} {
		t.Run(s.name, func(t *testing.T) {
			u := s.client(t, s.start(t), clientID, s.secret)
			got := u.refused("login", "--redirect-uri", redirectURI, "--param", "prompt=none")
			if got.Exit != 8 || !strings.Contains(got.Hint, "Remove prompt=none") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestWithoutOpenID logs in without the scope that makes OAuth 2.0 OpenID Connect. Zitadel
// sends an id_token all the same, but no sub in userinfo; dex refuses the scope.
func TestWithoutOpenID(t *testing.T) {
	for _, s := range []stranger{zitadel, fositeServer} {
		t.Run(s.name, func(t *testing.T) {
			u := s.client(t, s.start(t), clientID, s.secret)
			got := u.refused("login", "--redirect-uri", redirectURI, "--set", "scope=profile")
			if got.Exit != 7 || !strings.Contains(got.Hint, "The scope lacks openid") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestSlash logs in with an issuer that differs from the server's in the / at its end.
func TestSlash(t *testing.T) {
	for _, s := range []stranger{zitadel, dexServer} {
		t.Run(s.name, func(t *testing.T) {
			at := s.start(t)
			u := &user{t: t, home: t.TempDir()}
			other, slash := strings.CutSuffix(at.base, "/")
			if !slash {
				other += "/"
			}
			got := u.refused("login", "--issuer", other, "--client-id", publicID)
			if got.Exit != 7 || !strings.HasSuffix(got.Hint, "exactly as the provider writes it: "+at.base) {
				t.Errorf("got %+v", got)
			}
		})
	}
}
