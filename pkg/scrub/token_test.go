package scrub_test

import (
	"testing"

	"ssoctl/pkg/scrub"
)

func TestWithoutTokens(t *testing.T) {
	for text, want := range map[string]string{
		`{"accessToken":"a\"b","code":20010}`:            `{"accessToken":"…","code":20010}`,
		`{"access_token" : "short`:                       `{"access_token" : "…`,
		`{"tokens":["a",{"b":"]"}],"next":1}`:            `{"tokens":…,"next":1}`,
		`{"token":null,"ticket":1,"session":false}`:      `{"token":null,"ticket":…,"session":false}`,
		`{"body":"{\"access_token\":\"short\"}"}`:        `{"body":"{\"access_token\":\"…\"}"}`,
		"client_secret=abc&scope=&api-key=x&status=open": "client_secret=…&scope=&api-key=…&status=open",
		"Authorization: Bearer a1":                       "Authorization: … …",
		"use Basic YWJj1= or bearer a1":                  "use Basic … or bearer …",
		"id 9007199254740993":                            "id …",
		"the application is not enabled here":            "the application is not enabled here",
	} {
		if got := scrub.WithoutTokens(text); got != want {
			t.Errorf("%s:\n%s, want\n%s", text, got, want)
		}
	}
}
