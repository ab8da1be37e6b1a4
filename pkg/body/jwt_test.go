package body_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/body"
)

// The first token is the JWT of RFC 7519 §3.1, the last the JWE of RFC 7516 appendix A.2.
func TestClaims(t *testing.T) {
	const (
		header    = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
		payload   = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
		signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
		claims    = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
	)
	type result struct {
		Claims string
		OK     bool
	}
	for text, want := range map[string]result{
		header + "." + payload + "." + signature:                   {claims, true},
		" " + header + "==." + payload + "=." + signature + "\r\n": {claims, true},
		header + "." + payload + ".":                               {claims, true},
		header + "." + payload:                                     {},
		header + "." + header[1:] + "." + signature:                {},
		header + "." + payload + "." + signature + "!":             {},
		"a.b.c":                    {},
		strings.Repeat(".", 1<<20): {},
		"":                         {},
		base64.RawURLEncoding.EncodeToString([]byte("[]")) + "." + payload + ".": {},
	} {
		got, ok := body.Claims([]byte(text))
		if diff := cmp.Diff(want, result{string(got), ok}); diff != "" {
			t.Errorf("%.60q: %s", text, diff)
		}
	}
	got, ok := body.Claims(body.UnsignedJWT([]byte("{\"sub\": \"1\",\n \"a\": [1.50]}")))
	if want := `{"sub":"1","a":[1.50]}`; string(got) != want || !ok {
		t.Errorf("an unsigned JWT has the claims %s, want %s", got, want)
	}
	for media, want := range map[string]bool{"application/jwt": true, "application/token-introspection+jwt": true, "application/json": false, "": false} {
		if got := body.IsJWT(media); got != want {
			t.Errorf("IsJWT(%q) = %v", media, got)
		}
	}
}
