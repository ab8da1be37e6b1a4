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

// published is a [Source] with these documents, one for each fetch; the last one stays.
type published struct {
	sets    []string
	fetched int
	kept    bool // the first one is from an earlier run
}

func (p *published) Keys(_ context.Context, again bool) (KeySet, error) {
	set := p.sets[min(p.fetched, len(p.sets)-1)]
	kept := p.kept && p.fetched == 0
	p.fetched++
	if again == (p.fetched == 1) {
		return KeySet{}, errors.New("only the second time, the keys may not be kept ones")
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
		claim   string // that is refused; "" for a genuine token
	}{
		"genuine":              {},
		"two audiences":        {changes: map[string]any{"aud": []string{"c2", client}, "azp": client}},
		"without azp":          {changes: map[string]any{"aud": []string{"c2", client}}, claim: "azp"},
		"another azp":          {changes: map[string]any{"azp": "c2"}, claim: "azp"},
		"azp is no text":       {changes: map[string]any{"azp": 7}, claim: "azp"},
		"another aud":          {changes: map[string]any{"aud": "c2"}, claim: "aud"},
		"without aud":          {changes: map[string]any{"aud": nil}, claim: "aud"},
		"another iss":          {changes: map[string]any{"iss": issuer + "/"}, claim: "iss"},
		"without iss":          {changes: map[string]any{"iss": nil}, claim: "iss"},
		"without sub":          {changes: map[string]any{"sub": nil}, claim: "sub"},
		"expired":              {changes: map[string]any{"exp": now.Add(-time.Second).Unix()}, claim: "exp"},
		"without exp":          {changes: map[string]any{"exp": nil}, claim: "exp"},
		"exp is no time":       {changes: map[string]any{"exp": "tomorrow"}, claim: "format"},
		"not yet valid":        {changes: map[string]any{"nbf": now.Add(time.Hour).Unix()}, claim: "nbf"},
		"issued soon":          {changes: map[string]any{"iat": now.Add(4 * time.Minute).Unix()}},
		"issued in the future": {changes: map[string]any{"iat": now.Add(6 * time.Minute).Unix()}, claim: "iat"},
		"without iat":          {changes: map[string]any{"iat": nil}, claim: "iat"},
		"the nonce":            {changes: map[string]any{"nonce": "N"}, expect: Expect{Nonce: "N"}},
		"another nonce":        {changes: map[string]any{"nonce": "n"}, expect: Expect{Nonce: "N"}, claim: "nonce"},
		"without nonce":        {expect: Expect{Nonce: "N"}, claim: "nonce"},
		"an unexpected nonce":  {changes: map[string]any{"nonce": "N"}},
		"another at_hash":      {changes: map[string]any{"at_hash": "x"}, expect: Expect{AccessToken: "T"}, claim: "at_hash"},
		"at_hash is no text":   {changes: map[string]any{"at_hash": 7}, expect: Expect{AccessToken: "T"}, claim: "format"},
		"another c_hash":       {changes: map[string]any{"c_hash": "x"}, expect: Expect{Code: "C"}, claim: "c_hash"},
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

// A claim that is not a text is shown as the JSON that it is.
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

// Names of claims are compared exactly, although go-oidc decodes them as encoding/json does,
// which takes "AUD" for "aud" if it comes later.
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

// TestVerifyNeedsExactExp: go-oidc takes "EXP" for the exp that is missing.
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

// TestVerifyRefusesRepeatedNames: a claim or a header with two values is refused, whichever is
// right, since readers of JSON differ in which they take.
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

// TestVerifyWithOddKeySets: several keys with one kid are all tried; a token by a key whose private
// half is published proves nothing; a set of ten thousand keys is refused.
func TestVerifyWithOddKeySets(t *testing.T) {
	private, set := example(t, "RS256")
	_, other := example(t, "ES256")
	member := func(set string) string { return strings.TrimSuffix(strings.TrimPrefix(set, `{"keys":[`), `]}`) }
	sameID := strings.ReplaceAll(other, other[strings.Index(other, `"kid":"`):][:50], `"kid":"`+private.Thumbprint())
	const leaked = `{"keys":[{"kty":"OKP","crv":"Ed25519","d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw","kid":"1"}]}`
	leakedKey, err := key.Parse(member(leaked))
	if err != nil {
		t.Fatal(err)
	}
	claims := fmt.Sprintf(`{"iss":%q,"aud":"c1","sub":"86","iat":%d,"exp":%d}`, issuer, now.Unix(), now.Add(time.Hour).Unix())
	byLeaked, err := leakedKey.SignToken("EdDSA", map[string]any{"kid": "1"}, []byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := NewVerifierWith([]key.Published{{Key: leakedKey, ID: "1", Exposed: true}}, "key.json", issuer, "c1").VerifyToken(t.Context(), byLeaked, now); err != nil {
		t.Errorf("a private key of the user: %v", err) // nobody published it
	}
	good := token(t, "RS256", nil)
	for name, tt := range map[string]struct{ set, token, want string }{
		"one kid, wrong key first": {`{"keys":[` + member(sameID) + "," + member(set) + "]}", good, ""},
		"one kid, wrong key last":  {`{"keys":[` + member(set) + "," + member(sameID) + "]}", good, ""},
		"one kid, only wrong keys": {sameID, good, "the id_token's signature is wrong: no key of " + issuer + "/jwks made it"},
		"ten thousand":             {`{"keys":[` + strings.Repeat(member(set)+",", 9999) + member(set) + "]}", good, "the keys at " + issuer + "/jwks cannot be read: a JWK Set of more than 100 keys"},
		"a private key":            {leaked, byLeaked, "the id_token's signature proves nothing: " + issuer + "/jwks publishes the private key, so anybody can sign with it"},
		"another's private key":    {`{"keys":[` + member(leaked) + "," + member(set) + "]}", good, ""},
	} {
		_, err := NewVerifier(issuer, client, nil, &published{sets: []string{tt.set}}).Verify(t.Context(), tt.token, Expect{Now: now})
		if problem := fmt.Sprint(err); (err != nil) != (tt.want != "") || err != nil && problem != tt.want {
			t.Errorf("%s: %s, want %s", name, problem, tt.want)
		}
	}
}

// The hashes of OpenID Connect Core 1.0, appendix A.3, A.4 and A.6.
func TestHashes(t *testing.T) {
	const accessToken, code = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
	claims := map[string]any{"at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "c_hash": "LDktKdoQak3Pk0cnXxCltA"}
	_, set := example(t, "RS256")
	v := NewVerifier(issuer, client, nil, &published{sets: []string{set}})
	if _, err := v.Verify(t.Context(), token(t, "RS256", claims), Expect{AccessToken: accessToken, Code: code, Now: now}); err != nil {
		t.Error(err)
	}
}

func TestVerifyRefusesOtherSignatures(t *testing.T) {
	rsa, set := example(t, "RS256")
	good := token(t, "RS256", nil)
	head, signature, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(signature, ".")
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	byPublicKey, err := key.Shared(rsa.Public().PEM()).SignToken("HS256", nil, []byte(`{"iss":"`+issuer+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, claim string }{
		"none":                      {part(`{"alg":"none"}`) + "." + payload + ".", "alg"},
		"None":                      {part(`{"alg":"None"}`) + "." + payload + ".", "alg"},
		"without alg":               {part(`{}`) + "." + payload + "." + signature, "alg"},
		"HMAC with the public key":  {byPublicKey, "alg"},
		"another algorithm's key":   {token(t, "ES256", nil), "kid"},
		"without a signature":       {head + "." + payload + ".", "signature"},
		"another payload":           {head + "." + part(`{"iss":"`+issuer+`"}`) + "." + signature, "signature"},
		"another alg, same kid":     {part(`{"alg":"ES256","kid":"`+rsa.Thumbprint()+`"}`) + "." + payload + "." + signature, "signature"},
		"not a JWT":                 {"garbage", "format"},
		"claims that are no object": {signedText(t, "[]"), "format"},
	} {
		_, err := NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), tt.text, Expect{Now: now})
		if claimOf(err) != tt.claim {
			t.Errorf("%s: %v (claim %q), want claim %q", name, err, claimOf(err), tt.claim)
		}
	}
	onlyES := NewVerifier(issuer, client, []string{"ES256"}, &published{sets: []string{set}})
	if _, err := onlyES.Verify(t.Context(), good, Expect{Now: now}); claimOf(err) != "alg" {
		t.Errorf("an algorithm that the metadata does not name: %v", err)
	}
}

// An HMAC is verified with the client's secret alone, and only if somebody names its algorithm
// (OpenID Connect Core 1.0 §3.1.3.7, items 7 and 8).
func TestHMAC(t *testing.T) {
	rsa, set := example(t, "RS256")
	const secret = "the-secret-of-the-client"
	shared := func(with string, a key.Algorithm, changes map[string]any) string {
		claims := map[string]any{"iss": issuer, "aud": client, "sub": "86", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "at_hash": TokenHash(a, "T")}
		maps.Copy(claims, changes)
		payload, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		text, err := key.Shared(with).SignToken(a, nil, payload)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, tt := range map[string]struct {
		algorithms   []string
		secret, text string
		claim        string
	}{
		"HS256":                      {[]string{"RS256", "HS256"}, secret, shared(secret, "HS256", nil), ""},
		"HS512":                      {[]string{"HS512"}, secret, shared(secret, "HS512", nil), ""},
		"another HMAC":               {[]string{"HS256"}, secret, shared(secret, "HS512", nil), "alg"},
		"nobody names it":            {nil, secret, shared(secret, "HS256", nil), "alg"},
		"another is named":           {[]string{"RS256"}, secret, shared(secret, "HS256", nil), "alg"},
		"public keys are not named":  {[]string{"HS256"}, secret, token(t, "RS256", nil), "alg"},
		"public keys are named":      {[]string{"RS256", "HS256"}, secret, token(t, "RS256", nil), ""},
		"another secret":             {[]string{"HS256"}, secret, shared("another", "HS256", nil), "signature"},
		"signed with the public key": {[]string{"RS256", "HS256"}, secret, shared(rsa.Public().PEM(), "HS256", nil), "signature"},
		"signed with the JWK Set":    {[]string{"RS256", "HS256"}, secret, shared(set, "HS256", nil), "signature"},
		"signed with nothing":        {[]string{"RS256", "HS256"}, secret, shared("", "HS256", nil), "signature"},
		"without a secret":           {[]string{"RS256", "HS256"}, "", shared("", "HS256", nil), "alg"},
		"none is named":              {[]string{"none"}, secret, "eyJhbGciOiJub25lIn0.e30.", "alg"},
		"another aud":                {[]string{"HS256"}, secret, shared(secret, "HS256", map[string]any{"aud": "c2"}), "aud"},
		"another at_hash":            {[]string{"HS256"}, secret, shared(secret, "HS256", map[string]any{"at_hash": "x"}), "at_hash"},
	} {
		source := &published{sets: []string{set}}
		v := NewVerifier(issuer, client, tt.algorithms, source)
		v.Secret = key.Shared(tt.secret)
		claims, err := v.Verify(t.Context(), tt.text, Expect{Now: now, AccessToken: "T"})
		if (err != nil) != (tt.claim != "") || claimOf(err) != tt.claim || (claims == nil) != (err != nil) {
			t.Errorf("%s: %v (claim %q), want claim %q", name, err, claimOf(err), tt.claim)
		}
		if strings.HasPrefix(tt.text, "eyJhbGciOiJIUz") && source.fetched > 0 {
			t.Errorf("%s: the published keys were fetched", name)
		}
		if _, err := NewVerifier(issuer, client, tt.algorithms, source).Verify(t.Context(), shared("", "HS256", nil), Expect{Now: now}); claimOf(err) != "alg" {
			t.Errorf("%s, without a secret: %v", name, err)
		}
	}
}

func signedText(t *testing.T, payload string) string {
	t.Helper()
	private, _ := example(t, "RS256")
	text, err := private.SignToken("RS256", nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Keys are fetched once, and once more for a kid that they do not have.
func TestRotation(t *testing.T) {
	_, rsa := example(t, "RS256")
	_, ec := example(t, "ES256")
	good := token(t, "RS256", nil)
	for name, tt := range map[string]struct {
		sets    []string
		fetched int
		claim   string
		problem string
	}{
		"known":     {[]string{rsa}, 1, "", ""},
		"rotated":   {[]string{ec, rsa}, 2, "", ""},
		"unknown":   {[]string{ec}, 2, "kid", "the id_token's key is unknown: its kid is "},
		"empty":     {[]string{`{"keys":[]}`}, 1, "", "there are no keys for signatures at https://op.example/jwks"},
		"unusable":  {[]string{`{"keys":[{"kty":"oct","k":"AA"},{"kty":"XX"},7,{"kty":"RSA","use":"enc","n":"x"}]}`}, 1, "", "there are no keys for signatures at https://op.example/jwks"},
		"no set":    {[]string{`{}`}, 1, "", "the keys at https://op.example/jwks cannot be read: expected a JWK Set: a JSON object with keys"},
		"too large": {[]string{`{"keys":[` + strings.Repeat("{},", 100) + `{}]}`}, 1, "", "the keys at https://op.example/jwks cannot be read: a JWK Set of more than 100 keys"},
	} {
		source := &published{sets: tt.sets}
		v := NewVerifier(issuer, client, nil, source)
		_, err := v.Verify(t.Context(), good, Expect{Now: now})
		text := ""
		if err != nil {
			text = err.Error()
		}
		if claimOf(err) != tt.claim || !strings.HasPrefix(text, tt.problem) || (text == "") != (tt.problem == "") || source.fetched != tt.fetched {
			t.Errorf("%s: %q (claim %q) after %d fetches, want %q (claim %q) after %d", name, text, claimOf(err), source.fetched, tt.problem, tt.claim, tt.fetched)
		}
		if _, err := v.Verify(t.Context(), good, Expect{Now: now}); tt.problem == "" && (err != nil || source.fetched != tt.fetched) {
			t.Errorf("%s, again: %v after %d fetches", name, err, source.fetched)
		}
	}
}

func TestSameSubject(t *testing.T) {
	claims := map[string]any{"sub": "86"}
	got := map[string]string{}
	for _, userinfo := range []string{`{"sub":"86"}`, `{"sub":"87"}`, `{"id":"86"}`, `{"sub":86}`, `x`, `{"sub":"87","SUB":"86"}`} {
		got[userinfo] = claimOf(SameSubject(claims, []byte(userinfo)))
	}
	want := map[string]string{`{"sub":"86"}`: "", `{"sub":"87"}`: "sub", `{"id":"86"}`: "sub", `{"sub":86}`: "sub", `x`: "sub", `{"sub":"87","SUB":"86"}`: "sub"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if claim := claimOf(SameSubject(map[string]any{}, []byte(`{}`))); claim != "sub" {
		t.Errorf("two users without sub: got %q", claim)
	}
}
