package recipe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/key"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// asserts returns a POST whose client_secret is the JWT j.
func asserts(j recipe.JWT) recipe.Recipe {
	return recipe.Recipe{
		Method: "POST", URL: "https://h.example/token", Form: map[string]recipe.Template{"id": "{client_id}", "code": "{code}", "secret": "{client_secret}"},
		Makes: map[string]recipe.Make{
			"client_secret": {JWT: &j},
			"jti":           {Random: 16},
			"of_body":       {Text: "{body}", Hash: "sha256"},
		},
	}
}

// everyClaim has each kind of claim.
var everyClaim = recipe.JWT{
	Alg: "ES256", Key: "{private_key}", Kid: "{kid}", Header: map[string]any{"typ": "secret+jwt"},
	Claims: map[string]any{
		"iss": "{team}", "sub": "{client_id}", "aud": []any{"https://h.example", "other"}, "iat": "0s", "nbf": "-30s", "exp": "5m",
		"jti": "{jti}", "level": "{level}", "max": int64(7), "left": "{absent?}", "deep": map[string]any{"list": []any{"{team}", true}}, "sum": "{of_body}",
	},
}

func tokenValues(k key.Key) recipe.Values {
	return recipe.Values{"client_id": "c1", "code": "a b", "team": "T", "kid": "k1", "level": json.Number("3"), "private_key": secret.New(k.PEM())}
}

// TestJWT makes a token with each kind of claim, and verifies it with the public key.
func TestJWT(t *testing.T) {
	k := exampleKey(t, "ES256")
	r := asserts(everyClaim)
	req := build(t, r, tokenValues(k))
	token, err := key.ReadToken(req.Made["client_secret"])
	if err != nil || !token.Verify(k.Public()) {
		t.Fatal(req.Made["client_secret"], err)
	}
	if diff := cmp.Diff(map[string]any{"alg": "ES256", "kid": "k1", "typ": "secret+jwt"}, token.Header); diff != "" {
		t.Error(diff)
	}
	now := fresh().Now().Unix()
	var got map[string]any
	if err := json.Unmarshal(token.Payload, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"iss": "T", "sub": "c1", "aud": []any{"https://h.example", "other"}, "iat": float64(now), "nbf": float64(now - 30), "exp": float64(now + 300),
		"jti": req.Made["jti"], "level": 3.0, "max": 7.0, "deep": map[string]any{"list": []any{"T", true}}, "sum": hexOf("code=a+b&id=c1"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	known := tokenValues(k.Public())
	delete(known, "code")
	seen := r.Recognise(req.Request, req.Body, recipe.Expect{Known: known})
	if len(seen.Problems) > 0 {
		t.Error(seen.Problems)
	}
	if got, _ := seen.Text("jti"); got != req.Made["jti"] {
		t.Errorf("jti: %s", got)
	}
}

// simple is the token that TestWrongJWT changes.
var simple = recipe.JWT{
	Alg: "RS256", Key: "{private_key}", Kid: "{kid}",
	Claims: map[string]any{"iss": "{team}", "aud": "https://h.example", "exp": "5m", "max": int64(7), "deep": map[string]any{"a": "{client_id}"}},
}

// TestWrongJWT makes one change to a right token, and compares the problems found.
func TestWrongJWT(t *testing.T) {
	k, other := exampleKey(t, "RS256"), exampleKey(t, "ES256")
	header := map[string]any{"kid": "k1"}
	claims := func(change string, value any) map[string]any {
		out := map[string]any{"iss": "T", "aud": "https://h.example", "exp": 1e9, "max": 7, "deep": map[string]any{"a": "c1"}, "more": 1}
		if out[change] = value; value == nil {
			delete(out, change)
		}
		return out
	}
	sign := func(k key.Key, a key.Algorithm, header, claims map[string]any) string {
		payload, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		text, err := k.SignToken(a, header, payload)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	right := sign(k, "RS256", header, claims("", nil))
	type problems []string
	for name, test := range map[string]struct {
		token string
		want  problems
	}{
		"right":             {right, nil},
		"one of several":    {sign(k, "RS256", header, claims("aud", []any{"x", "https://h.example"})), nil},
		"another iss":       {sign(k, "RS256", header, claims("iss", "U")), problems{"differs claims.iss: T, U"}},
		"no iss":            {sign(k, "RS256", header, claims("iss", nil)), problems{"missing claims.iss: T, "}},
		"iss is a list":     {sign(k, "RS256", header, claims("iss", []any{"T"})), problems{`malformed claims.iss: a string, ["T"]`}},
		"another aud":       {sign(k, "RS256", header, claims("aud", "https://x.example")), problems{"differs claims.aud: https://h.example, https://x.example"}},
		"other audiences":   {sign(k, "RS256", header, claims("aud", []any{"x", "y"})), problems{`differs claims.aud: ["https://h.example"], ["x","y"]`}},
		"no exp":            {sign(k, "RS256", header, claims("exp", nil)), problems{"missing claims.exp: , "}},
		"exp as text":       {sign(k, "RS256", header, claims("exp", "1000")), problems{`malformed claims.exp: a time in seconds, "1000"`}},
		"another number":    {sign(k, "RS256", header, claims("max", 8)), problems{"differs claims.max: 7, 8"}},
		"inside":            {sign(k, "RS256", header, claims("deep", map[string]any{"a": "U"})), problems{"differs claims.deep.a: c1 as in form.id, U"}},
		"not an object":     {sign(k, "RS256", header, claims("deep", 1)), problems{"malformed claims.deep: a JSON object, 1"}},
		"another kid":       {sign(k, "RS256", map[string]any{"kid": "k2"}, claims("", nil)), problems{"differs header.kid: k1, k2"}},
		"another algorithm": {sign(k, "PS256", header, claims("", nil)), problems{"differs header.alg: RS256, PS256"}},
		"another key":       {sign(other, "ES256", header, claims("", nil)), problems{"differs header.alg: RS256, ES256"}},
		"changed":           {right[:len(right)-8] + "AAAAAAAA", problems{"differs signature: it was made with another key, or the token was changed afterwards, "}},
		"no signature":      {right[:strings.LastIndexByte(right, '.')+1], problems{"differs signature: it is missing, "}},
		"none":              {"eyJhbGciOiJub25lIiwia2lkIjoiazEifQ." + strings.Split(right, ".")[1] + ".", problems{"differs header.alg: RS256, none"}},
		"not a JWT":         {"word", problems{"malformed : a signed JWT: three parts of base64url, separated by dots, word"}},
		"not claims":        {"e30.W10.AA", problems{"malformed : a signed JWT whose payload is a JSON object, e30.W10.AA"}},
	} {
		r := asserts(simple)
		req := build(t, r, tokenValues(k))
		body := []byte("code=a+b&id=c1&secret=" + test.token)
		known := tokenValues(k.Public())
		seen := r.Recognise(req.Request, body, recipe.Expect{Known: known})
		var got problems
		for _, p := range seen.Problems {
			got = append(got, string(p.Kind)+" "+p.Inside+": "+p.Expected.Reveal()+", "+p.Got.Reveal())
			if p.Member != "form.secret" || p.Placeholder == "" {
				t.Errorf("%s: at %s, {%s}", name, p.Member, p.Placeholder)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestSharedJWT signs with a secret that is shorter than RFC 7518 §3.2 requires, as vendors'
// secrets often are.
func TestSharedJWT(t *testing.T) {
	j := recipe.JWT{Alg: "HS256", Key: "{salt}", Claims: map[string]any{"sub": "{team}"}}
	values := tokenValues(exampleKey(t, "RS256"))
	values["salt"] = secret.New("short")
	r := asserts(j)
	req := build(t, r, values)
	if seen := r.Recognise(req.Request, req.Body, recipe.Expect{Known: values}); len(seen.Problems) > 0 {
		t.Error(seen.Problems)
	}
	values["salt"] = secret.New("c2hvcnQ=") // the base64 of short
	seen := r.Recognise(req.Request, req.Body, recipe.Expect{Known: values})
	if len(seen.Problems) != 1 || seen.Problems[0].Expected.Reveal() != "it was made with the secret decoded from base64; use the secret as it is" {
		t.Error(seen.Problems)
	}
}

// TestJWTErrors has tokens that cannot be made.
func TestJWTErrors(t *testing.T) {
	k := exampleKey(t, "ES256")
	for name, test := range map[string]struct {
		change func(*recipe.JWT, recipe.Values)
		want   string
	}{
		"a missing claim": {func(_ *recipe.JWT, v recipe.Values) { delete(v, "team") }, "no value for team"},
		"no key":          {func(_ *recipe.JWT, v recipe.Values) { delete(v, "private_key") }, "no value for private_key"},
		"no kid":          {func(_ *recipe.JWT, v recipe.Values) { delete(v, "kid") }, "no value for kid"},
		"the public half": {func(_ *recipe.JWT, v recipe.Values) { v["private_key"] = secret.New(k.Public().PEM()) }, "{client_secret}: this is a public key: the private key is needed"},
		"another key":     {func(j *recipe.JWT, _ recipe.Values) { j.Alg = "RS256" }, "{client_secret}: RS256 needs an RSA key, but this is an EC key (P-256)"},
		"another curve":   {func(j *recipe.JWT, _ recipe.Values) { j.Alg = "ES384" }, "{client_secret}: ES384 needs an EC key (P-384), but this is an EC key (P-256)"},
		"none":            {func(j *recipe.JWT, _ recipe.Values) { j.Alg = "none" }, `{client_secret}: unknown algorithm "none": expected one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, HS256, HS384, HS512`},
		"not a span":      {func(j *recipe.JWT, _ recipe.Values) { j.Claims = map[string]any{"exp": "soon"} }, "expected a time relative to now, such as 0s, 5m or -30s"},
	} {
		j, values := everyClaim, tokenValues(k)
		test.change(&j, values)
		_, err := asserts(j).Build(t.Context(), values, fresh())
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}
