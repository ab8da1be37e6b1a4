package profile_test

import (
	"testing"

	"ssoctl/pkg/profile"
)

func TestNamesOfValues(t *testing.T) {
	type is struct{ secret, anew, perLogin, argument bool }
	for name, want := range map[string]is{
		"code":           {secret: true, argument: true},
		"code_verifier":  {secret: true, argument: true},
		"code_challenge": {anew: true, perLogin: true},
		"state":          {anew: true, perLogin: true},
		"nonce":          {anew: true, perLogin: true},
		"uuid":           {anew: true},
		"sign":           {anew: true},
		"access_token":   {secret: true, argument: true},
		"app_token":      {secret: true, argument: true},
		"jsapi_ticket":   {secret: true},
		"session_key":    {secret: true},
		"token_type":     {},
		"expires_in":     {},
		"subject":        {},
		"tenant.code":    {},
	} {
		got := is{profile.IsSecretName(name), profile.IsMadeAnew(name), profile.IsPerLogin(name), profile.IsArgument(name)}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
