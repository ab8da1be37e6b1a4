package basicauth_test

import (
	"encoding/base64"
	"testing"

	"ssoctl/pkg/basicauth"
)

func TestRoundTrip(t *testing.T) {
	for _, test := range []struct {
		id, secret, pair string
		changes          bool
	}{
		{"app", "s3cret", "app:s3cret", false},
		{"a:b", "p@ss w/rd+", "a%3Ab:p%40ss+w%2Frd%2B", true},
		{"应用", "", "%E5%BA%94%E7%94%A8:", true},
	} {
		credentials := basicauth.Encode(test.id, test.secret)
		if want := base64.StdEncoding.EncodeToString([]byte(test.pair)); credentials != want || basicauth.Changes(test.id, test.secret) != test.changes {
			t.Errorf("%+v: %s", test, credentials)
		}
		for _, scheme := range []string{"Basic ", "basic "} {
			if id, secret, ok := basicauth.Decode(scheme + credentials); id != test.id || secret != test.secret || !ok {
				t.Errorf("%+v: %q, %q, %t", test, id, secret, ok)
			}
		}
		for _, text := range []string{credentials, "Basic " + credentials} {
			if pair, ok := basicauth.Pair(text); pair != test.pair || !ok {
				t.Errorf("%+v: %q, %t", test, pair, ok)
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	for name, header := range map[string]string{
		"empty":         "",
		"other scheme":  "Bearer YTpi",
		"no scheme":     "YTpi",
		"not base64":    "Basic a:b",
		"no colon":      "Basic YWI=",
		"wrong escapes": "Basic " + base64.StdEncoding.EncodeToString([]byte("a:%zz")),
	} {
		if id, secret, ok := basicauth.Decode(header); ok {
			t.Errorf("%s: %q, %q", name, id, secret)
		}
	}
}
