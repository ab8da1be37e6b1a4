package oidc

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/key"
)

// TestVerifyWithOddKeySets: several keys with one kid are all tried, a token signed by a key
// whose private half is published is refused, and so is a set of ten thousand keys.
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
		"ten thousand":             {`{"keys":[` + strings.Repeat(member(set)+",", 9999) + member(set) + "]}", good, "the keys at " + issuer + "/jwks cannot be read: the JWK Set has more than 100 keys"},
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
		"none":                     {part(`{"alg":"none"}`) + "." + payload + ".", "alg"},
		"None":                     {part(`{"alg":"None"}`) + "." + payload + ".", "alg"},
		"without alg":              {part(`{}`) + "." + payload + "." + signature, "alg"},
		"HMAC with the public key": {byPublicKey, "alg"},
		"another algorithm's key":  {token(t, "ES256", nil), "kid"},
		"without a signature":      {head + "." + payload + ".", "signature"},
		"another payload":          {head + "." + part(`{"iss":"`+issuer+`"}`) + "." + signature, "signature"},
		"another alg, same kid":    {part(`{"alg":"ES256","kid":"`+rsa.Thumbprint()+`"}`) + "." + payload + "." + signature, "signature"},
		"not a JWT":                {"garbage", "format"},
		"claims not an object":     {signedText(t, "[]"), "format"},
	} {
		_, err := NewVerifier(issuer, client, nil, &published{sets: []string{set}}).Verify(t.Context(), tt.text, Expect{Now: now})
		if claimOf(err) != tt.claim {
			t.Errorf("%s: %v (claim %q), want claim %q", name, err, claimOf(err), tt.claim)
		}
	}
	onlyES := NewVerifier(issuer, client, []string{"ES256"}, &published{sets: []string{set}})
	if _, err := onlyES.Verify(t.Context(), good, Expect{Now: now}); claimOf(err) != "alg" {
		t.Errorf("with an algorithm that the metadata lacks: %v", err)
	}
}

// An HMAC is verified only with the client's secret, and only if its algorithm is allowed
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
		"none is allowed":            {nil, secret, shared(secret, "HS256", nil), "alg"},
		"another is allowed":         {[]string{"RS256"}, secret, shared(secret, "HS256", nil), "alg"},
		"RS256 is not allowed":       {[]string{"HS256"}, secret, token(t, "RS256", nil), "alg"},
		"RS256 is allowed":           {[]string{"RS256", "HS256"}, secret, token(t, "RS256", nil), ""},
		"another secret":             {[]string{"HS256"}, secret, shared("another", "HS256", nil), "signature"},
		"signed with the public key": {[]string{"RS256", "HS256"}, secret, shared(rsa.Public().PEM(), "HS256", nil), "signature"},
		"signed with the JWK Set":    {[]string{"RS256", "HS256"}, secret, shared(set, "HS256", nil), "signature"},
		"signed with nothing":        {[]string{"RS256", "HS256"}, secret, shared("", "HS256", nil), "signature"},
		"without a secret":           {[]string{"RS256", "HS256"}, "", shared("", "HS256", nil), "alg"},
		"alg none is allowed":        {[]string{"none"}, secret, "eyJhbGciOiJub25lIn0.e30.", "alg"},
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

// Keys are fetched once, and a second time for an unknown kid.
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
		"not a set": {[]string{`{}`}, 1, "", "the keys at https://op.example/jwks cannot be read: expected a JWK Set: a JSON object with keys"},
		"too large": {[]string{`{"keys":[` + strings.Repeat("{},", 100) + `{}]}`}, 1, "", "the keys at https://op.example/jwks cannot be read: the JWK Set has more than 100 keys"},
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
