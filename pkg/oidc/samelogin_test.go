package oidc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exactjson"
)

// TestSameLogin compares a refreshed id_token with the original one (§12.2).
func TestSameLogin(t *testing.T) {
	got, want := map[string]string{}, map[string]string{
		`{}`:                              "",
		`{"iat":2,"exp":3}`:               "",
		`{"aud":["c2","c1"]}`:             "",
		`{"aud":"c2"}`:                    `aud: the refreshed id_token belongs to another login: its aud was "c1", and is "c2"`,
		`{"aud":null}`:                    `aud: the refreshed id_token belongs to another login: its aud was "c1", and is ""`,
		`{"iss":"https://other"}`:         `iss: the refreshed id_token belongs to another login: its iss was "https://op.example", and is "https://other"`,
		`{"sub":"87"}`:                    `sub: the refreshed id_token belongs to another login: its sub was "86", and is "87"`,
		`{"sub":null}`:                    `sub: the refreshed id_token belongs to another login: its sub was "86", and is ""`,
		`{"sub":["86"]}`:                  `sub: the refreshed id_token belongs to another login: its sub was "86", and is "[\"86\"]"`,
		`{"auth_time":1}`:                 "",
		`{"auth_time":null,"nonce":null}`: "",
		`{"auth_time":2}`:                 `auth_time: the refreshed id_token belongs to another login: its auth_time was "1", and is "2"`,
		`{"nonce":"n2"}`:                  `nonce: the refreshed id_token belongs to another login: its nonce was "n1", and is "n2"`,
		`{"azp":"c2"}`:                    `azp: the refreshed id_token belongs to another login: its azp was "", and is "c2"`,
	}
	decoded := func(text string) map[string]any {
		v, err := exactjson.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v.(map[string]any)
	}
	const original = `{"iss":"https://op.example","sub":"86","aud":"c1","iat":1,"auth_time":1,"nonce":"n1"}`
	for changes := range want {
		refreshed := decoded(original)
		for name, value := range decoded(changes) {
			if refreshed[name] = value; value == nil {
				delete(refreshed, name)
			}
		}
		got[changes] = ""
		if err := SameLogin(decoded(original), refreshed); err != nil {
			got[changes] = claimOf(err) + ": " + err.Error()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
