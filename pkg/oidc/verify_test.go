package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/key"
)

const (
	issuer = "https://op.example"
	client = "c1"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// published is a [Source] with one document for each fetch. Further fetches return the last
// document.
type published struct {
	sets    []string
	fetched int
	kept    bool // the first document is from an earlier run
}

func (p *published) Keys(_ context.Context, again bool) (KeySet, error) {
	set := p.sets[min(p.fetched, len(p.sets)-1)]
	kept := p.kept && p.fetched == 0
	p.fetched++
	if again == (p.fetched == 1) {
		return KeySet{}, errors.New("again must be set in the second call only")
	}
	return KeySet{[]byte(set), issuer + "/jwks", kept}, nil
}

// example returns an example key and the JWK Set with its public half.
func example(t *testing.T, a key.Algorithm) (key.Key, string) {
	t.Helper()
	private, ok := key.Example(string(a))
	if !ok {
		t.Fatal("no example key for", a)
	}
	set, err := key.JWKS([]key.Algorithm{a}, []key.Key{private})
	if err != nil {
		t.Fatal(err)
	}
	return private, string(set)
}

// token returns an id_token with the claims, in which nil removes a claim.
func token(t *testing.T, a key.Algorithm, changes map[string]any) string {
	t.Helper()
	claims := map[string]any{"iss": issuer, "aud": client, "sub": "86", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	private, _ := example(t, a)
	text, err := private.SignToken(a, map[string]any{"kid": private.Thumbprint()}, payload)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func claimOf(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Claim
}

func TestVerifyTellsClaimsApart(t *testing.T) {
	for name, tt := range map[string]struct {
		changes map[string]any
		expect  Expect
		claim   string // the claim that is refused; "" if none
	}{
		"genuine":                 {},
		"two audiences":           {changes: map[string]any{"aud": []string{"c2", client}, "azp": client}},
		"without azp":             {changes: map[string]any{"aud": []string{"c2", client}}, claim: "azp"},
		"another azp":             {changes: map[string]any{"azp": "c2"}, claim: "azp"},
		"azp is not a string":     {changes: map[string]any{"azp": 7}, claim: "azp"},
		"another aud":             {changes: map[string]any{"aud": "c2"}, claim: "aud"},
		"without aud":             {changes: map[string]any{"aud": nil}, claim: "aud"},
		"another iss":             {changes: map[string]any{"iss": issuer + "/"}, claim: "iss"},
		"without iss":             {changes: map[string]any{"iss": nil}, claim: "iss"},
		"without sub":             {changes: map[string]any{"sub": nil}, claim: "sub"},
		"expired":                 {changes: map[string]any{"exp": now.Add(-time.Second).Unix()}, claim: "exp"},
		"without exp":             {changes: map[string]any{"exp": nil}, claim: "exp"},
		"exp is not a time":       {changes: map[string]any{"exp": "tomorrow"}, claim: "format"},
		"not yet valid":           {changes: map[string]any{"nbf": now.Add(time.Hour).Unix()}, claim: "nbf"},
		"issued soon":             {changes: map[string]any{"iat": now.Add(4 * time.Minute).Unix()}},
		"issued in the future":    {changes: map[string]any{"iat": now.Add(6 * time.Minute).Unix()}, claim: "iat"},
		"without iat":             {changes: map[string]any{"iat": nil}, claim: "iat"},
		"the nonce":               {changes: map[string]any{"nonce": "N"}, expect: Expect{Nonce: "N"}},
		"another nonce":           {changes: map[string]any{"nonce": "n"}, expect: Expect{Nonce: "N"}, claim: "nonce"},
		"without nonce":           {expect: Expect{Nonce: "N"}, claim: "nonce"},
		"an unexpected nonce":     {changes: map[string]any{"nonce": "N"}},
		"another at_hash":         {changes: map[string]any{"at_hash": "x"}, expect: Expect{AccessToken: "T"}, claim: "at_hash"},
		"at_hash is not a string": {changes: map[string]any{"at_hash": 7}, expect: Expect{AccessToken: "T"}, claim: "format"},
		"another c_hash":          {changes: map[string]any{"c_hash": "x"}, expect: Expect{Code: "C"}, claim: "c_hash"},
	} {
		for _, a := range []key.Algorithm{"RS256", "ES256", "EdDSA"} {
			_, set := example(t, a)
			tt.expect.Now = now
			claims, err := NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), token(t, a, tt.changes), tt.expect)
			if (err != nil) != (tt.claim != "") || claimOf(err) != tt.claim || (claims == nil) != (err != nil) {
				t.Errorf("%s, %s: %v (claim %q), want claim %q", name, a, err, claimOf(err), tt.claim)
			}
		}
	}
}

// A claim that is not a string is shown as JSON.
func TestVerifyShowsClaims(t *testing.T) {
	for want, changes := range map[string]map[string]any{
		`the id_token belongs to another access token: expected at_hash "5jK3CVsL8ywmD6TFOen9ew", got ""`: {"at_hash": json.RawMessage("null")},
		`the id_token belongs to another code: expected c_hash "ayPA1fNdGxH5toPwsKYXNQ", got "7"`:         {"c_hash": 7},
		`the id_token was issued to another client: expected azp "c1", got "[\"c1\"]"`:                    {"azp": []string{client}},
		`the id_token is from another issuer: expected iss "` + issuer + `", got "7"`:                     {"iss": 7},
	} {
		_, set := example(t, "RS256")
		_, err := NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), token(t, "RS256", changes), Expect{AccessToken: "T", Code: "C", Now: now})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Names of claims are compared exactly. go-oidc decodes claims with encoding/json, for which
// a later "AUD" replaces "aud".
func TestVerifyComparesNamesExactly(t *testing.T) {
	private, set := example(t, "RS256")
	good := []string{
		`"iss":"` + issuer + `"`, `"aud":"` + client + `"`, `"sub":"86"`, fmt.Sprintf(`"iat":%d`, now.Unix()), fmt.Sprintf(`"exp":%d`, now.Add(time.Hour).Unix()),
	}
	for bad, claim := range map[string]string{
		`"ISS":"` + issuer + `"`: "", `"iss":"https://evil.example"`: "iss", `"aud":"c2"`: "aud", `"sub":""`: "sub",
		`"exp":5`: "exp", `"iat":9223372036854775807`: "iat", fmt.Sprintf(`"nbf":%d`, now.Add(time.Hour).Unix()): "nbf",
	} {
		upper := slices.Clone(good)
		for i, member := range upper {
			upper[i] = strings.ToUpper(member[:4]) + member[4:]
		}
		same := func(member string) bool { return member[:6] == bad[:6] }
		members := slices.Concat(slices.DeleteFunc(slices.Clone(good), same), []string{bad}, slices.DeleteFunc(upper, same), []string{fmt.Sprintf(`"NBF":%d`, now.Unix())})
		text, err := private.SignToken("RS256", map[string]any{"kid": private.Thumbprint()}, []byte("{"+strings.Join(members, ",")+"}"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), text, Expect{Now: now})
		if (err != nil) != (claim != "") || claimOf(err) != claim {
			t.Errorf("%s: got %v (claim %q)", bad, err, claimOf(err))
		}
	}
}

// TestVerifyNeedsExactExp: a token with EXP but without exp is refused, although go-oidc
// accepts it.
func TestVerifyNeedsExactExp(t *testing.T) {
	private, set := example(t, "RS256")
	claims := fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"86","iat":%d,"EXP":%d}`, issuer, client, now.Unix(), now.Add(time.Hour).Unix())
	text, err := private.SignToken("RS256", map[string]any{"kid": private.Thumbprint()}, []byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), text, Expect{Now: now})
	if claimOf(err) != "exp" {
		t.Errorf("got %v (claim %q)", err, claimOf(err))
	}
}

// TestVerifyRefusesRepeatedNames: a claim or header member that occurs twice is refused even
// if one value is right, because JSON parsers differ in which value they use.
func TestVerifyRefusesRepeatedNames(t *testing.T) {
	private, set := example(t, "RS256")
	const claims = `"iss":"` + issuer + `","aud":"c1","sub":"86","iat":1795867200,"exp":1795870800`
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for name, tt := range map[string]struct{ header, claims, want string }{
		"none":         {"", claims, ""},
		"aud, good":    {"", claims + `,"aud":"c1"`, `the id_token has the claim "aud" more than once`},
		"aud, bad":     {"", claims + `,"aud":"c2"`, `the id_token has the claim "aud" more than once`},
		"aud, escaped": {"", `"\u0061ud":"c2",` + claims, `the id_token has the claim "aud" more than once`},
		"alg":          {`{"alg":"none","alg":"RS256"}`, claims, `the id_token is not a signed JWT: its header has "alg" more than once`},
	} {
		text, err := private.SignToken("RS256", map[string]any{"kid": private.Thumbprint()}, []byte("{"+tt.claims+"}"))
		if err != nil {
			t.Fatal(err)
		}
		if tt.header != "" {
			_, rest, _ := strings.Cut(text, ".")
			text = part(tt.header) + "." + rest
		}
		_, err = NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), text, Expect{Now: now})
		if problem := fmt.Sprint(err); (err != nil) != (tt.want != "") || err != nil && (problem != tt.want || claimOf(err) != "format") {
			t.Errorf("%s: %s (claim %q), want %s", name, problem, claimOf(err), tt.want)
		}
	}
}

func TestSameSubject(t *testing.T) {
	claims := map[string]any{"sub": "86"}
	got := map[string]string{}
	for _, userinfo := range []string{`{"sub":"86"}`, `{"sub":"87"}`, `{"id":"86"}`, `{"sub":86}`, `x`, `{"sub":"87","SUB":"86"}`} {
		user, _ := decoded(userinfo).(map[string]any)
		got[userinfo] = claimOf(SameSubject(claims, user))
	}
	want := map[string]string{`{"sub":"86"}`: "", `{"sub":"87"}`: "sub", `{"id":"86"}`: "sub", `{"sub":86}`: "sub", `x`: "sub", `{"sub":"87","SUB":"86"}`: "sub"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if claim := claimOf(SameSubject(map[string]any{}, nil)); claim != "sub" {
		t.Errorf("two users without sub: got %q", claim)
	}
}
