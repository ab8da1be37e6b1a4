package profile_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
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

// TestStepOfEndpoint: an endpoint belongs to the step that built-in profiles send to it. No
// step requests the keys, and logout sends no request.
func TestStepOfEndpoint(t *testing.T) {
	sent := map[string][]profile.StepName{oidc.KeysInput: {""}, oidc.LogoutInput: {profile.StepLogout}}
	for _, p := range profiletest.Builtin(t) {
		for _, s := range p.Requests() {
			if ph, only := s.URL.Only(); only {
				sent[ph.Name] = append(sent[ph.Name], s.Name)
			}
		}
	}
	for _, e := range oidc.Endpoints {
		if step := profile.StepOfEndpoint(e.Input); !slices.Contains(sent[e.Input], step) {
			t.Errorf("%s: got step %q, want one of %q", e.Input, step, sent[e.Input])
		}
	}
}

func TestUserFields(t *testing.T) {
	want := []string{"subject", "name", "nickname", "username", "email", "phone", "avatar", "tenant.id", "tenant.code", "tenant.name"}
	if diff := cmp.Diff(want, profile.UserFields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
