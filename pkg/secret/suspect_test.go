package secret

import (
	"slices"
	"strings"
	"testing"
)

func TestSuspicious(t *testing.T) {
	for _, name := range []string{
		"client_secret", "appSecret", "accessToken", "X-Api-Key", "Xb-Sign", "auth_code", "code_verifier", "password",
		"JSESSIONID", "session_id", "Authorization", "X-Auth", "jwt", "Set-Cookie",
	} {
		if !Suspicious(name) {
			t.Errorf("%s is not", name)
		}
	}
	for _, name := range []string{
		"token_type", "code_challenge", "code_challenge_method", "xb-sign-method", "accessKeyId", "token_url", "author", "client_id",
		"redirect_uri", "token_endpoint", "expires_in", "",
	} {
		if Suspicious(name) {
			t.Errorf("%s is", name)
		}
	}
}

func TestSuspects(t *testing.T) {
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
	for text, want := range map[string]string{
		`/path?appsecret=a%2Bb%3D%3Dc&x=1`:                      `a+b==c`,
		`ticket=t1ck3t&type=x#access_token=from+fragment`:       `t1ck3t, from fragment`,
		`{"a":{"clientSecret":"s\"cret/"},"token_type":"Beare`:  `s"cret/`,
		`{"api_key": "cut off he`:                               `cut off he`,
		`{"inner":"{\"password\":\"hunter22\"}"}`:               `hunter22`,
		`<a href="https://x.example/?session_token=abcdef123">`: `abcdef123`,
		`{"code":"a1b2c3d4","errcode":"E10001"}`:                `a1b2c3d4`,
		`{"code":"20010123","error_code":"expired","code":12}`:  ``,
		`{"token":"short","secret":12345678,"name":"whatever"}`: ``,
		`{"odd":"` + token + `"}`:                               token,
		`error: token ` + token + ` has expired`:                token,
		``:                                                      ``,
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
		"emulated_6dk27h4q": true, "eyJhbGciOiJub25lIn0.e30": true, "abc+/d==0123456789": true,
		"short1": false, "onlylettersonlyletters": false, "1234567890123456789": false, "has spaces and 1 digit": false,
	} {
		if LooksRandom(value) != want {
			t.Errorf("%s: %v", value, !want)
		}
	}
	if got := WithoutRuns("id 1234567890123456, word abcdefghijklmnopqr, key a1b2c3d4e5f6a7b8."); got != "id …, word abcdefghijklmnopqr, key …" {
		t.Error(got)
	}
}

func TestLifted(t *testing.T) {
	s := &Scrubber{Lifted: true}
	s.Add(New("secret"))
	if got := s.Scrub("a secret"); got != "a secret" {
		t.Error(got)
	}
}
