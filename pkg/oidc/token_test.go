package oidc

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/key"
)

// TestVerifyToken: a token need not have the claims of an id_token, but the claims that it
// has must be right. It must have iss and aud if their values are known.
func TestVerifyToken(t *testing.T) {
	_, set := example(t, "ES256")
	all := map[string]any{"iss": nil, "aud": nil, "sub": nil, "iat": nil, "exp": nil}
	for name, tt := range map[string]struct {
		issuer, client string
		changes        map[string]any
		compared       string
		claim          string
	}{
		"no claims":            {"", "", all, "signature", ""},
		"no claims, an issuer": {issuer, "", all, "", "iss"},
		"no claims, a client":  {"", client, all, "", "aud"},
		"all":                  {issuer, client, nil, "signature iss aud exp iat", ""},
		"expired":              {"", "", map[string]any{"exp": now.Unix()}, "", "exp"},
		"expires soon":         {"", "", map[string]any{"exp": now.Unix() + 1}, "signature exp iat", ""},
		"a fraction":           {"", "", map[string]any{"exp": float64(now.Unix()) + 0.5}, "signature exp iat", ""},
		"exp is a text":        {"", "", map[string]any{"exp": "tomorrow"}, "", "exp"},
		"exp in milliseconds":  {"", "", map[string]any{"exp": now.UnixMilli()}, "", "exp"},
		"not yet valid":        {"", "", map[string]any{"nbf": now.Add(6 * time.Minute).Unix()}, "", "nbf"},
		"issued in the future": {"", "", map[string]any{"iat": now.Add(6 * time.Minute).Unix()}, "", "iat"},
	} {
		v := NewVerifier(tt.issuer, tt.client, nil, &published{sets: []string{set}})
		_, compared, err := v.VerifyToken(t.Context(), token(t, "ES256", tt.changes), now)
		if got := strings.Join(compared, " "); got != tt.compared || claimOf(err) != tt.claim || (err != nil) != (tt.claim != "") {
			t.Errorf("%s: compared %q, error %v (claim %q); want %q, claim %q", name, got, err, claimOf(err), tt.compared, tt.claim)
		}
	}
}

// TestVerifierWith: keys without an id are tried for every kid. Shared secrets verify only
// HMACs, and public keys only other signatures.
func TestVerifierWith(t *testing.T) {
	ec, _ := example(t, "ES256")
	rsa, _ := example(t, "RS256")
	hmac := func(k key.Key) string {
		text, err := k.SignToken("HS256", map[string]any{"kid": "1"}, []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	got := map[string]string{}
	for name, tt := range map[string]struct {
		known key.Published
		text  string
	}{
		"without an id":            {key.Published{Key: ec.Public()}, token(t, "ES256", nil)},
		"with another id":          {key.Published{ID: "1", Key: ec.Public()}, token(t, "ES256", nil)},
		"another key":              {key.Published{Key: rsa.Public()}, token(t, "ES256", nil)},
		"a secret":                 {key.Published{Key: key.Shared("s")}, hmac(key.Shared("s"))},
		"another secret":           {key.Published{Key: key.Shared("t")}, hmac(key.Shared("s"))},
		"a secret for a signature": {key.Published{Key: key.Shared("s")}, token(t, "ES256", nil)},
		"the public key as secret": {key.Published{Key: rsa.Public()}, hmac(key.Shared(rsa.Public().PEM()))},
	} {
		_, _, err := NewVerifierWith([]key.Published{tt.known}, "keys.json", "", "").VerifyToken(t.Context(), tt.text, now)
		if got[name] = "verified"; err != nil {
			got[name] = claimOf(err)
		}
	}
	want := map[string]string{
		"without an id": "verified", "with another id": "kid", "another key": "signature", "a secret": "verified",
		"another secret": "signature", "a secret for a signature": "alg", "the public key as secret": "alg",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A userinfo response is refused without the right iss and aud (§5.3.2).
func TestVerifyUserInfo(t *testing.T) {
	_, set := example(t, "RS256")
	got := map[string]string{}
	for registered, want := range map[string]string{"": "", "RS256": "", "ES256": "alg", "HS256": "alg"} {
		v := NewVerifier(issuer, client, []string{"ES256"}, &published{sets: []string{set}}) // for id_tokens
		if err := v.VerifyUserInfo(t.Context(), token(t, "RS256", nil), registered, now); claimOf(err) != want || (err != nil) != (want != "") {
			t.Errorf("registered %q: %v", registered, err)
		}
	}
	for name, changes := range map[string]map[string]any{
		"genuine":     {"exp": nil, "iat": nil},
		"without aud": {"aud": nil},
		"without iss": {"iss": nil},
		"expired":     {"exp": now.Add(-time.Hour).Unix()},
	} {
		err := NewVerifier(issuer, client, nil, &published{sets: []string{set}}).VerifyUserInfo(t.Context(), token(t, "RS256", changes), "", now)
		if got[name] = ""; err != nil {
			got[name] = claimOf(err) + ": " + err.Error()
		}
	}
	want := map[string]string{
		"genuine":     "",
		"without aud": `aud: the userinfo response is for another client: expected aud "c1", got ""`,
		"without iss": `iss: the userinfo response is from another issuer: expected iss "https://op.example", got ""`,
		"expired":     "exp: the userinfo response has expired: exp is 2026-11-28T11:00:00Z, now it is 2026-11-28T12:00:00Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
