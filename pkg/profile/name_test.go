package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/oidc"
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

// TestStepOfEndpoint: every endpoint of a provider is the address of a step, except its keys.
func TestStepOfEndpoint(t *testing.T) {
	for _, e := range oidc.Endpoints {
		if step := profile.StepOfEndpoint(e.Input); (step == "") != (e.Input == oidc.KeysInput) {
			t.Errorf("%s: step %q", e.Input, step)
		}
	}
}

func TestUserFields(t *testing.T) {
	want := []string{"subject", "name", "nickname", "username", "email", "phone", "avatar", "tenant.id", "tenant.code", "tenant.name"}
	if diff := cmp.Diff(want, profile.UserFields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
