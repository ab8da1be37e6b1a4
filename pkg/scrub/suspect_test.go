package scrub

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/secret"
)

func TestSuspicious(t *testing.T) {
	for _, name := range []string{
		"client_secret", "appSecret", "accessToken", "X-Api-Key", "Xb-Sign", "auth_code", "code_verifier", "password",
		"JSESSIONID", "session_id", "id_token_hint", "logout_token", "subject_token", "access_token_enc", "Authorization", "X-Auth", "jwt", "Set-Cookie",
	} {
		if !Suspicious(name) {
			t.Errorf("Suspicious(%q) = false", name)
		}
	}
	for _, name := range []string{
		"token_type", "code_challenge", "code_challenge_method", "xb-sign-method", "accessKeyId", "token_url", "author", "client_id",
		"redirect_uri", "token_endpoint", "expires_in", "token_expires_in", "token_status", "code_challenge_methods_supported", "",
		"token_type_hint", "token_use", "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "subject_token_type",
		"id_token_signed_response_alg", "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "client_assertion_type",
	} {
		if Suspicious(name) {
			t.Errorf("Suspicious(%q) = true", name)
		}
	}
}

func TestSuspects(t *testing.T) {
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
	const spaced = "eyAiYWxnIjoibm9uZSJ9.ewogInN1YiI6IjEifQ.c2lnbmF0dXJl" // white space in its JSON
	const encrypted = "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0.XFBoMYUZodetZdvTiFvSkQ"
	for text, want := range map[string]string{
		`/path?appsecret=a%2Bb%3D%3Dc&x=1`:                      `a+b==c`,
		`ticket=t1ck3t&type=x#access_token=from+fragment`:       `t1ck3t, from fragment`,
		`{"a":{"clientSecret":"s\"cret/"},"token_type":"Beare`:  `s"cret/`,
		`{"api_key": "cut off he`:                               `cut off he`,
		`{"inner":"{\"password\":\"hunter22\"}"}`:               `hunter22`,
		`<a href="https://x.example/?session_token=abcdef123">`: `abcdef123`,
		`{"code":"a1b2c3d4","errcode":"E10001"}`:                `a1b2c3d4`,
		`{"code":"20010123","error_code":"expired","code":12}`:  ``,
		`{"token":"short","secret":1234567,"name":"whatever"}`:  ``,
		`{"token_expires":1595229375,"key_size":123456789}`:     ``,
		`{"password":123456789012,"token":9876543210987654`:     `123456789012, 9876543210987654`,
		// One inside another.
		`/login?next=https%3A%2F%2Fapp%2Fcb%3Fticket%3DST-4711%26access_token%3Dya%252B2911&x=1`: `ST-4711, ya%2B2911, ya+2911`,
		`{"data":"{\"inner\":\"{\\\"access_token\\\":\\\"d33p-4711\\\"}\"}"}`:                    `d33p-4711`,
		`{"page":"\u003ca href=\u0022/?ticket=ST-4711\u0022\u003e"}`:                             `ST-4711`,
		// Other forms.
		`Bearer realm="x", error="invalid_token", access_token="www-4711"`:                      `www-4711`,
		`Bearer realm=x, access_token=www-4711, error=invalid_token`:                            `www-4711`,
		`<input type="hidden" name="code" value="Splx1OBe"><INPUT value=t0k3n-1 name=id_token>`: `Splx1OBe, t0k3n-1`,
		`<input type="password" name="user" value="somebody1">`:                                 ``,
		`<meta name="csrf-token" content="csrf-4711">`:                                          `csrf-4711`,
		`<r><ns:access_token a="1">x-4711</ns:access_token><client_secret>y-4711</r>`:           `x-4711, y-4711`,
		`<Ticket><![CDATA[ticket@@@1]]></Ticket>`:                                               `ticket@@@1`,
		`<code>GET /api/v1/user</code><session>it has ended</session><code>invalid</code>`:      ``,
		`{"tokens":["t0ken-1","t0ken-2"],"scopes":["openid12"]}`:                                `t0ken-1, t0ken-2`,
		`{"access_token":{"type":"Bearer1","value":"v-4711"},"session":{"id":"sid-4711"}}`:      `v-4711, sid-4711`,
		`{"token":{"id":"app-0001"},"user":{"id":"person-0001","value":"visible-1"}}`:           ``,
		`cfg={token:'sq-4711', "apiKey" : "dq-4711", code: e.target}`:                           `sq-4711, dq-4711`,
		"access_token: y-4711\npassword: hunter2hunter2\nsecret = ini-4711":                     `y-4711, hunter2hunter2, ini-4711`,
		`Authorization: Bearer b3arer-1`:                                                        `b3arer-1`,
		// Text about secrets.
		`invalid token: signature mismatch. Missing key: redirect_uri`:                                                         ``,
		`error code: 20010123, session: expired, code: E10001`:                                                                 ``,
		`{"code_challenge_methods_supported":["S256plain1"],"id_token_status":"pending1","token_expire_time":"1595229375367"}`: ``,
		`see https://x.example/?grant_type=authorization_code&response_type=code1234`:                                          ``,
		`{"odd":"` + token + `"}`:                                          token,
		`error: token ` + token + ` has expired`:                           token,
		`error: ` + strings.ReplaceAll(token, ".", "%2E") + ` has expired`: token,
		`{"blob":"` + spaced + `"}, ` + encrypted:                          spaced + ", " + encrypted,
		`eyJhbGciOiJub25lIn0, ey.they.view, eyewitness.reported.that`:      ``,
		``: ``,
	} {
		var got []string
		for _, s := range Suspects(text) {
			if !slices.Contains(got, s.Reveal()) {
				got = append(got, s.Reveal())
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestLooksRandom(t *testing.T) {
	for value, want := range map[string]bool{
		"emulated6dk27h4q": true, "eyJhbGciOiJub25lIn0.e30": true, "abc+/d==0123456789": true,
		"short1": false, "onlylettersonlyletters": false, "1234567890123456789": false, "has spaces and 1 digit": false,
	} {
		if LooksRandom(value) != want {
			t.Errorf("LooksRandom(%q) = %v", value, !want)
		}
	}
	if got := WithoutRuns("id 1234567890123456, word abcdefghijklmnopqr, key a1b2c3d4e5f6a7b8."); got != "id …, word abcdefghijklmnopqr, key …" {
		t.Error(got)
	}
}

func TestWithoutMixed(t *testing.T) {
	if got := WithoutMixed(`{"at":"a1b2c3d4","word":"abcdefgh","number":12345678,"short":"a1b2c3"}`); got != `{"at":"…","word":"abcdefgh","number":12345678,"short":"a1b2c3"}` {
		t.Error(got)
	}
}

func TestLifted(t *testing.T) {
	s := &Scrubber{Lifted: true}
	s.Add(secret.New("secret"))
	if got := s.Scrub("a secret"); got != "a secret" {
		t.Error(got)
	}
}

// TestAddSuspects: suspects are always found in plain text, and in hex and base64 only up
// to the limits of AddSuspects. Secrets that were added with Add are found in all forms.
func TestAddSuspects(t *testing.T) {
	const short = "sh0rt-suspect"
	long := strings.Repeat("l0ng", 300)
	written := func(s string) string {
		return s + " " + url.QueryEscape(s) + " " + hex.EncodeToString([]byte(s)) + " " + base64.StdEncoding.EncodeToString([]byte(s))
	}
	var few, many Scrubber
	few.AddSuspects(secret.New(short), secret.New(long), secret.New(short))
	for i := range 4000 {
		many.AddSuspects(secret.New(fmt.Sprintf("susp3ct-%08d", i)))
	}
	many.AddSuspects(secret.New(short))
	var base, public Scrubber
	base.AddPublic("publ1c-of-all")
	public.Base = &base
	public.AddPublic("publ1c", "publ1c-secret")
	public.AddSuspects(secret.New("publ1c"), secret.New("publ1c-of-all"), secret.New(short))
	public.Add(secret.New("publ1c-secret"))
	const all = "[redacted] [redacted] [redacted] [redacted]"
	for name, c := range map[string]struct {
		s          *Scrubber
		text, want string
	}{
		"public":   {&public, "publ1c publ1c-of-all publ1c-secret " + short, "publ1c publ1c-of-all [redacted] [redacted]"},
		"few":      {&few, written(short), all},
		"long":     {&few, written(long), "[redacted] [redacted] " + strings.Join(strings.Fields(written(long))[2:], " ")},
		"many":     {&many, written("susp3ct-00000001"), all},
		"too many": {&many, written(short), "[redacted] [redacted] " + strings.Join(strings.Fields(written(short))[2:], " ")},
	} {
		if diff := cmp.Diff(c.want, c.s.Scrub(c.text)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	many.Add(secret.New(short))
	few.Add(secret.New(long))
	if got := many.Scrub(written(short)) + few.Scrub(written(long)); got != all+all {
		t.Errorf("suspects that were added as secrets later: %s", got)
	}
}

// TestNestedSuspects: if each value contains all later ones, the total length of the
// suspects stays proportional to the text.
func TestNestedSuspects(t *testing.T) {
	for _, part := range []string{"token=a1", "token:a1", "token=a1%25"} {
		text, total := strings.Repeat(part, 64<<10/len(part)), 0
		for _, s := range Suspects(text) {
			total += len(s.Reveal())
		}
		if total == 0 || total > 5*len(text) {
			t.Errorf("%s: found %d bytes of suspects in a text of %d bytes", part, total, len(text))
		}
	}
}
