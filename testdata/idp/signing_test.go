package idp_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A client that authenticates by private_key_jwt, and its key.
const (
	signingID    = "signing"
	signingKeyID = "key1"
)

var signingKey = newKey()

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// signing returns a user of the client that signs, with a key.
func (s stranger) signing(t *testing.T, at running, key *rsa.PrivateKey) *user {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	u := s.client(t, at, signingID, "")
	file := filepath.Join(u.home, "key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	u.flags = append(u.flags, "--set", "client_key=file:"+file, "--set", "client_key_id="+signingKeyID)
	return u
}

// TestSignedClient logs in where the client authenticates by a JWT of its own, and refreshes.
// The JWT's aud is the issuer; fosite wants the address of the token endpoint.
func TestSignedClient(t *testing.T) {
	for _, s := range []stranger{zitadel, fositeServer} {
		t.Run(s.name, func(t *testing.T) {
			at := s.start(t)
			u := s.signing(t, at, signingKey)
			login := []string{"login", "--redirect-uri", redirectURI, "--set", "scope=" + s.scope}
			if s.name == fositeServer.name {
				if got := u.refused(login...); !strings.Contains(got.Hint, "--set client_assertion_audience=…") {
					t.Errorf("hint %q", got.Hint)
				}
				u.flags = append(u.flags, "--set", "client_assertion_audience="+at.base+"/token")
			}
			got := u.succeeds(login...)
			if !got.Token.Verified || got.User.Subject != s.subject {
				t.Errorf("token %+v, user %+v, want %q", got.Token, got.User, s.subject)
			}
			if again := u.succeeds("token", "--refresh-token", got.Token.RefreshToken); again.AccessToken == "" {
				t.Error("no token after the refresh")
			}
			want := invalidClient
			if s.name == zitadel.name {
				want = invalidGrant // README.md
			}
			wrong := s.signing(t, at, newKey())
			refused := wrong.refused(login...)
			if diff := cmp.Diff(want, refused, said); diff != "" {
				t.Errorf("another key (-want +got):\n%s", diff)
			}
		})
	}
}
