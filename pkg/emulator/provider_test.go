package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/fault"
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/profile"
)

// provider is the profile of an OpenID provider whose endpoints come from its metadata.
const provider = `
title = "a company's OpenID provider"
[inputs]
issuer        = { required = true, example = "https://id.example.com/realms/x" }
authorize_url = { required = true, example = "{base_url}/authorize" }
token_url     = { required = true, example = "{base_url}/token" }
userinfo_url  = { required = true, example = "{base_url}/userinfo" }
client_id     = { required = true, example = "c1" }
client_secret = { required = true, secret = true }
redirect_uri  = { required = true }
[reply]
ok      = "has(\"error\") | not"
code    = ".error"
message = ".error_description"
refusal_example = '{"error":"{code}","error_description":"{message}"}'
[authorize]
method = "GET"
url    = "{authorize_url}"
query  = { response_type = "code", client_id = "{client_id}", redirect_uri = "{redirect_uri}", state = "{state?}", nonce = "{nonce?}", code_challenge = "{code_challenge?}", code_challenge_method = "S256" }
[exchange]
method  = "POST"
url     = "{token_url}"
headers = { Authorization = "{basic_auth}" }
form    = { grant_type = "authorization_code", code = "{code}", redirect_uri = "{redirect_uri}", code_verifier = "{code_verifier?}" }
read    = { access_token = ".access_token", id_token = ".id_token" }
example = '{"access_token":"{access_token}","token_type":"Bearer","id_token":"{id_token}"}'
[userinfo]
method  = "GET"
url     = "{userinfo_url}"
headers = { Authorization = "Bearer {access_token}" }
read    = { subject = ".sub" }
example = '{"sub":"{subject}"}'
[[refusals]]
code = "invalid_grant"
kind = "invalid_code"
en   = "Log in again."
[[refusals]]
code = "access_denied"
kind = "denied"
en   = "Log in again."
`

// document returns the JSON document at a path.
func (w *world) document(t testing.TB, path string) (out map[string]any) {
	t.Helper()
	got := w.call(t, "GET", path, "")
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
		t.Fatalf("%s: %d %v %s", path, got.status, got.header, got.body)
	}
	return out
}

// loginAtProvider sends a client's authorize request with more parameters, and returns the
// parameters of the redirect.
func (w *world) loginAtProvider(t testing.TB, more string) url.Values {
	t.Helper()
	got := w.call(t, "GET", "/own/authorize?response_type=code&client_id=c1&redirect_uri="+url.QueryEscape(shopBack)+more, "")
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusFound {
		t.Fatalf("%d %s %s", got.status, got.body, got.diagnosis())
	}
	return back.Query()
}

// idToken logs in and returns the id_token and the access token.
func (w *world) idToken(t testing.TB) (idToken, accessToken string) {
	t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {w.loginAtProvider(t, "&nonce=n1").Get("code")}, "redirect_uri": {shopBack}}
	got := w.call(t, "POST", "/own/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("c1:"+shopSecret)))
	var tokens map[string]string
	if err := json.Unmarshal([]byte(got.body), &tokens); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s %s", got.status, got.body, got.diagnosis())
	}
	return tokens["id_token"], tokens["access_token"]
}

func TestProviderMetadata(t *testing.T) {
	w := start(t, described(t, provider))
	issuer := w.address + "/own/realms/x"
	want := map[string]any{
		"issuer":                                         issuer,
		"authorization_endpoint":                         w.address + "/own/authorize",
		"token_endpoint":                                 w.address + "/own/token",
		"userinfo_endpoint":                              w.address + "/own/userinfo",
		"jwks_uri":                                       issuer + "/jwks",
		"response_types_supported":                       []any{"code"},
		"response_modes_supported":                       []any{"query", "fragment", "form_post"},
		"grant_types_supported":                          []any{"authorization_code"},
		"subject_types_supported":                        []any{"public"},
		"id_token_signing_alg_values_supported":          []any{"RS256", "ES256", "EdDSA"},
		"scopes_supported":                               []any{"openid", "profile", "email", "phone"},
		"claims_supported":                               []any{"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "name", "nickname", "preferred_username", "email", "phone_number", "picture"},
		"token_endpoint_auth_methods_supported":          []any{"client_secret_basic"},
		"code_challenge_methods_supported":               []any{"S256"},
		"authorization_response_iss_parameter_supported": true,
	}
	places := []string{
		"/own/realms/x/.well-known/openid-configuration", "/own/realms/x/.well-known/oauth-authorization-server",
		"/.well-known/oauth-authorization-server/own/realms/x",
	}
	for _, place := range places {
		if diff := cmp.Diff(want, w.document(t, place)); diff != "" {
			t.Errorf("%s: %s", place, diff)
		}
		if last := w.last(); last.Step != profile.StepDiscovery || last.Profile != "own" || last.Diagnosis != "" {
			t.Errorf("%s: %+v", place, last)
		}
	}
	w.arm(t, "discovery:issuer_mismatch:times=1")
	want["issuer"] = "https://issuer.example"
	if diff := cmp.Diff(want, w.document(t, places[2])); diff != "" {
		t.Error(diff)
	}
	if got := w.document(t, places[0]); got["issuer"] != issuer {
		t.Error(got)
	}
	for _, path := range []string{"/own/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/own", "/.well-known/oauth-authorization-server/other/x"} {
		if got := w.call(t, "GET", path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

// TestNoMetadata: a profile without id_tokens has no metadata.
func TestNoMetadata(t *testing.T) {
	w := start(t, described(t, strings.Replace(provider, `,"id_token":"{id_token}"`, "", 1)))
	for _, path := range []string{"/own/realms/x/.well-known/openid-configuration", "/own/realms/x/jwks", "/.well-known/oauth-authorization-server/own/realms/x"} {
		if got := w.call(t, "GET", path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := w.loginAtProvider(t, ""); got.Has("iss") {
		t.Error(got)
	}
	if err := w.AddFault(emulator.Fault{Step: "exchange", Kind: "id_token.aud"}); err == nil {
		t.Error("id_token.aud is possible without an id_token")
	}
}

// TestVendorWithIssuer: for a profile that has an issuer and whose endpoints are not inputs,
// the emulator serves metadata with the profile's issuer, but redirects have no iss.
func TestVendorWithIssuer(t *testing.T) {
	text := strings.Replace(provider, `userinfo_url  = { required = true, example = "{base_url}/userinfo" }`+"\n", "", 1)
	w := start(t, described(t, strings.Replace(text, "{userinfo_url}", "https://id.example.com/userinfo", 1)))
	got := w.document(t, "/own/realms/x/.well-known/openid-configuration")
	if got["issuer"] != "https://id.example.com/realms/x" || got["userinfo_endpoint"] != w.address+"/own/userinfo" || got["authorization_response_iss_parameter_supported"] != nil {
		t.Error(got)
	}
	if got := w.loginAtProvider(t, "&nonce=1"); got.Has("iss") || !got.Has("code") {
		t.Error(got)
	}
	if err := w.AddFault(emulator.Fault{Step: "callback", Kind: "iss"}); err == nil || !strings.Contains(err.Error(), `step "callback" is not served`) {
		t.Error(err)
	}
}

// TestIssuerOfCallback tests RFC 9207, in successes and in refusals.
func TestIssuerOfCallback(t *testing.T) {
	w := start(t, described(t, provider))
	honest := w.address + "/own/realms/x"
	for _, test := range []struct {
		fault, more, wantIss string
		refused              bool
	}{
		{"", "&nonce=n1&state=s1", honest, false},
		{"", "", honest, false}, // the nonce is optional
		{"", "&code_challenge=short", honest, true},
		{"callback:iss:times=1", "", "https://issuer.example", false},
		{"authorize:iss:times=1", "", "https://issuer.example", false},
		{"authorize:denied:times=1", "", honest, true},
	} {
		if test.fault != "" {
			w.arm(t, test.fault)
		}
		got := w.loginAtProvider(t, test.more)
		if got.Get("iss") != test.wantIss || got.Has("error") != test.refused || got.Has("code") == test.refused {
			t.Errorf("%+v: %v", test, got)
		}
	}
	if err := w.AddFault(emulator.Fault{Step: "callback", Kind: "denied"}); err == nil || err.Error() != `emulator: kind "denied" is not possible at the callback: expected iss; for others, name the step authorize` {
		t.Error(err)
	}
}

func TestForgedKeys(t *testing.T) {
	w := start(t, described(t, provider))
	ids := func() (out []string) {
		for _, k := range w.document(t, "/own/realms/x/jwks")["keys"].([]any) {
			out = append(out, k.(map[string]any)["kid"].(string))
		}
		return out
	}
	var all []string
	for _, a := range []string{"RS256", "ES256", "EdDSA"} {
		k, _ := signkey.Example(a)
		all = append(all, k.Thumbprint())
	}
	w.arm(t, "jwks:empty:times=1", "jwks:rotated:times=1")
	for i, want := range [][]string{nil, {"2011-04-29"}, all} {
		if diff := cmp.Diff(want, ids()); diff != "" {
			t.Errorf("request %d: %s", i+1, diff)
		}
	}
}

// TestForgedIDTokens compares each forged id_token with an honest one.
func TestForgedIDTokens(t *testing.T) {
	w := start(t, described(t, provider))
	public, _ := signkey.Example("RS256")
	honest, _ := w.idToken(t)
	header, claims := parts(t, honest)
	if want := map[string]any{"alg": "RS256", "typ": "JWT", "kid": public.Thumbprint()}; !cmp.Equal(want, header) || claims["aud"] != "c1" || claims["nonce"] != "n1" || claims["iss"] != w.address+"/own/realms/x" {
		t.Fatal(header, claims)
	}
	now := float64(w.now().Unix())
	changes := map[string]map[string]any{
		"aud": {"aud": "another-client"}, "iss": {"iss": "https://issuer.example"}, "azp": {"aud": []any{"c1", "another-client"}, "azp": "another-client"},
		"exp": {"iat": now - 10800, "exp": now - 3600}, "nonce": {"nonce": "nonce-of-another-login"}, "sub": {"sub": "another-user"},
		"at_hash": {"at_hash": "VPG2zc34_wxAgi9LFKza1A"}, "bad_signature": {}, "none": {}, "kid": {}, "garbage": nil,
	}
	for _, f := range fault.Forgeries {
		kind, is := strings.CutPrefix(f.Kind, fault.IDToken)
		if !is {
			continue
		}
		w.arm(t, "exchange:"+f.Kind)
		got, _ := w.idToken(t)
		if want := "fault injected: exchange:" + f.Kind + " (" + f.Text.EN + ")"; w.last().Diagnosis != want {
			t.Errorf("%s: diagnosis %q", kind, w.last().Diagnosis)
		}
		changed, known := changes[kind]
		if !known {
			t.Errorf("no test of %s", f.Kind)
		}
		if changed == nil {
			if strings.Count(got, ".") == 2 {
				t.Error(got)
			}
			continue
		}
		forgedHeader, forged := parts(t, got)
		want := maps.Clone(claims)
		maps.Copy(want, changed)
		if kind != "at_hash" { // of a new access token
			want["at_hash"] = forged["at_hash"]
		}
		if diff := cmp.Diff(want, forged); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		wantHeader := maps.Clone(header)
		switch kind {
		case "none":
			wantHeader = map[string]any{"alg": "none", "typ": "JWT"}
		case "kid":
			wantHeader["kid"] = "unknown-key"
		}
		if diff := cmp.Diff(wantHeader, forgedHeader); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		token, err := signkey.ReadToken(got)
		if signed := err == nil && token.Verify(public.Public()); signed != (kind != "none" && kind != "bad_signature") {
			t.Errorf("%s: verified %v: %s", kind, signed, got)
		}
	}
}

// TestSigningAlgorithm: an input chooses the algorithm of id_tokens.
func TestSigningAlgorithm(t *testing.T) {
	for _, a := range []string{"RS256", "ES256", "EdDSA"} {
		text := strings.Replace(provider, "[reply]", `id_token_signed_response_alg = { default = "`+a+`" }`+"\n[reply]", 1)
		w := start(t, described(t, text))
		idToken, _ := w.idToken(t)
		token, err := signkey.ReadToken(idToken)
		public, _ := signkey.Example(a)
		if err != nil || token.Algorithm() != signkey.Algorithm(a) || !token.Verify(public.Public()) {
			t.Errorf("%s: %v %v", a, token.Header, err)
		}
	}
}

// TestSharedAlgorithm signs id_tokens with the client's secret. Such a key has no id that a
// fault could change.
func TestSharedAlgorithm(t *testing.T) {
	text := strings.Replace(provider, "[reply]", `id_token_signed_response_alg = { default = "HS256" }`+"\n[reply]", 1)
	w := start(t, described(t, text))
	idToken, _ := w.idToken(t)
	token, err := signkey.ReadToken(idToken)
	if err != nil || token.Header["kid"] != nil || !token.Verify(signkey.Shared(shopSecret)) {
		t.Errorf("%v %v", token.Header, err)
	}
	named := w.document(t, "/own/realms/x/.well-known/openid-configuration")["id_token_signing_alg_values_supported"]
	if diff := cmp.Diff([]any{"RS256", "ES256", "EdDSA", "HS256"}, named); diff != "" {
		t.Error(diff)
	}
	if err := w.AddFault(emulator.Fault{Step: "exchange", Kind: "id_token.kid"}); err == nil {
		t.Error("the kid of a shared secret was forged")
	}
}

func parts(t testing.TB, idToken string) (header, claims map[string]any) {
	t.Helper()
	token, err := signkey.ReadToken(idToken)
	if err != nil {
		t.Fatal(idToken, err)
	}
	if err := json.Unmarshal(token.Payload, &claims); err != nil {
		t.Fatal(err)
	}
	return token.Header, claims
}

// TestSignedUserInfo: an input chooses the algorithm of signed userinfo (OpenID Connect Core
// 1.0 §5.3.2).
func TestSignedUserInfo(t *testing.T) {
	for _, a := range []string{"ES256", "HS256"} {
		text := strings.Replace(provider, "[reply]", `userinfo_signed_response_alg = { default = "`+a+`" }`+"\n[reply]", 1)
		w := start(t, described(t, text))
		_, accessToken := w.idToken(t)
		got := w.call(t, "GET", "/own/userinfo", "", "Authorization", "Bearer "+accessToken)
		token, err := signkey.ReadToken(got.body)
		if err != nil || got.header.Get("Content-Type") != "application/jwt" {
			t.Fatalf("%s: %d %v %s", a, got.status, got.header, got.body)
		}
		verifier, has := signkey.Example(a)
		if verifier = verifier.Public(); !has {
			verifier = signkey.Shared(shopSecret)
		}
		_, claims := parts(t, got.body)
		want := map[string]any{"sub": "10086", "iss": w.address + "/own/realms/x", "aud": "c1"}
		if diff := cmp.Diff(want, claims); diff != "" || !token.Verify(verifier) {
			t.Errorf("%s: %s", a, diff)
		}
		if _, has := w.document(t, "/own/realms/x/.well-known/openid-configuration")["userinfo_signing_alg_values_supported"]; !has {
			t.Error("the metadata does not say so")
		}
		refused := w.call(t, "GET", "/own/userinfo", "", "Authorization", "Bearer x")
		if refused.status != http.StatusUnauthorized || !strings.HasPrefix(refused.header.Get("Content-Type"), "application/json") {
			t.Errorf("a refusal: %d %v", refused.status, refused.header)
		}
	}
}

// TestDocumentsAreConfirmed: clients may keep metadata and keys, but must revalidate them
// each time, so that a fault acts at once.
func TestDocumentsAreConfirmed(t *testing.T) {
	w := start(t, described(t, provider))
	const path = "/own/realms/x/jwks"
	first := w.call(t, "GET", path, "")
	tag := first.header.Get("ETag")
	if first.header.Get("Cache-Control") != "no-cache" || first.header.Get("Pragma") != "" || tag == "" {
		t.Fatal(first.header)
	}
	if got := w.call(t, "GET", path, "", "If-None-Match", tag); got.status != http.StatusNotModified || got.body != "" || got.header.Get("ETag") != tag {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	w.arm(t, "jwks:rotated")
	if got := w.call(t, "GET", path, "", "If-None-Match", tag); got.status != http.StatusOK || got.header.Get("ETag") == tag {
		t.Errorf("rotated: %d %v", got.status, got.header)
	}
}
