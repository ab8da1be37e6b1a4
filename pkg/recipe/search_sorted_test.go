package recipe_test

import (
	"encoding/base64"
	"testing"
	"time"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// TestSearchSorted searches for RSA signatures whose parameters were prepared differently
// than the profile says.
func TestSearchSorted(t *testing.T) {
	of := recipe.Recipe{
		Method: "POST", URL: "https://h.example/gateway?charset=utf-8",
		Form: map[string]recipe.Template{
			"app_id": "{id}", "method": "a.b.c", "sign_type": "X", "timestamp": "{now}", "version": "1.0", "grant_type": "code", "code": "{code}", "sign": "{sign}",
		},
		Makes: map[string]recipe.Make{"now": {Time: "%F %T", Zone: "Asia/Shanghai"}},
		Sign:  &recipe.Make{Text: "{params_sorted}", Hash: "rsa-sha256", Key: "{private_key}", Encoding: "base64"},
	}
	k := exampleKey(t, "rsa-sha256")
	req, err := of.Build(t.Context(), recipe.Values{"id": "7", "code": "C", "private_key": secret.New(k.PEM())}, recipe.Fresh{Now: func() time.Time { return time.Unix(1414587457, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	for how, text := range map[string]string{
		"": "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29 20:57:37&version=1.0",
		"with the parameters in the order app_id method charset sign_type timestamp version grant_type code": "app_id=7&method=a.b.c&charset=utf-8&sign_type=X&timestamp=2014-10-29 20:57:37&version=1.0&grant_type=code&code=C",
		"with the values of the parameters percent-encoded":                                                  "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29%2020%3A57%3A37&version=1.0",
		"with the values of the parameters percent-encoded, with + for a space":                              "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29+20%3A57%3A37&version=1.0",
		"with the time in UTC":                 "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29 12:57:37&version=1.0",
		"with the time in UTC+9":               "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29 21:57:37&version=1.0",
		"with the time in seconds":             "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=1414587457&version=1.0",
		"without the parameter sign_type":      "app_id=7&charset=utf-8&code=C&grant_type=code&method=a.b.c&timestamp=2014-10-29 20:57:37&version=1.0",
		"with the parameters of the body only": "app_id=7&code=C&grant_type=code&method=a.b.c&sign_type=X&timestamp=2014-10-29 20:57:37&version=1.0",
	} {
		signature, err := k.Sign("rsa-sha256", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		found, tried, err := of.Search(base64.StdEncoding.EncodeToString(signature), req, "sign", isSecret)
		if err != nil || len(found) != 1 || found[0].How.EN != how || found[0].Beyond.IsZero() != (how == "") {
			t.Errorf("%s: found %v, %v after %d digests, want %q", text, found, err, tried, how)
		}
	}
}
