package emulator

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/recipe"
)

// TestIDToken verifies an id_token with the published key, and compares all its claims.
func TestIDToken(t *testing.T) {
	c := &call{
		v: &vendor{site: &site{inputs: recipe.Values{"base_url": "https://sso.example.com/x", "client_id": "c1"}}},
		s: &step{}, now: time.Unix(1700000000, 0), user: User{Subject: "7", Name: "王?", Phone: "1"}, login: &login{nonce: "n1"},
	}
	text, ok := c.idToken("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") // the token of OpenID Connect Core, appendix A.4
	token, err := signkey.ReadToken(text)
	if !ok || err != nil {
		t.Fatal(text, err)
	}
	public, _ := signkey.Example("RS256")
	if !token.Verify(public.Public()) {
		t.Error("the signature is wrong")
	}
	var claims map[string]any
	if err := json.Unmarshal(token.Payload, &claims); err != nil {
		t.Fatal(err)
	}
	lasts := c.s.lifetime().Seconds()
	want := map[string]any{"iss": "https://sso.example.com/x", "aud": "c1", "sub": "7", "name": "王?", "phone_number": "1", "nonce": "n1", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "iat": 1700000000.0, "exp": 1700000000 + lasts}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Error(diff)
	}
}
