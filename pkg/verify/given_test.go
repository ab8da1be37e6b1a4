package verify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/verify"
)

const twoHosts = `
[profiles.two.inputs]
base_url  = { required = true }
token_url = { default = "{base_url}/token" }
user_url  = { required = true }

[profiles.two.exchange]
method = "POST"
url    = "{token_url}"
form   = { code = "{code}" }
read   = { access_token = ".t" }

[profiles.two.userinfo]
method = "GET"
url    = "{user_url}"
query  = { access_token = "{access_token}" }
read   = { subject = ".s" }
`

// TestGivenAddress: a fixture gives addresses without the vendor's host and without the
// path of base_url, and leaves out base_url and defaults. Verifying the fixture restores them.
func TestGivenAddress(t *testing.T) {
	for _, c := range []struct {
		name string
		set  map[string]string
		want map[string]string
		path string // of userinfo in the fixture
	}{
		{"default", map[string]string{"user_url": "https://crm.example.com/sso/user"}, map[string]string{"user_url": "{base_url}/user"}, "/user"},
		{"another host", map[string]string{"user_url": "https://id.example.com/v1/user"}, map[string]string{"user_url": "{base_url}/v1/user"}, "/v1/user"},
		{
			"all given",
			map[string]string{"user_url": "https://crm.example.com/sso/a%2Fb", "token_url": "https://crm.example.com"},
			map[string]string{"user_url": "{base_url}/a%2Fb", "token_url": "{base_url}"},
			"/a%2Fb",
		},
		{"the address of base_url", map[string]string{"user_url": "https://crm.example.com/sso"}, map[string]string{"user_url": "{base_url}"}, "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := profile.ParseFile("two.toml", []byte(twoHosts))
			if err != nil {
				t.Fatal(err)
			}
			p, err := profile.Load("two", profile.Sources{User: f})
			if err != nil {
				t.Fatal(err)
			}
			v := verify.Verifier{Profile: p.Copy()}
			c.set["base_url"] = "https://crm.example.com/sso"
			for name, value := range c.set {
				if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
					t.Fatal(err)
				}
			}
			known, err := p.Values([]recipe.Placeholder{{Name: "base_url"}, {Name: "token_url"}, {Name: "user_url"}}, reference.Resolver{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, name := range p.InputNames() {
				if text, ok := verify.GivenAddress(p, name, known); ok {
					got[name] = text
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			got["access_token"] = "T"
			x := &fixture.Fixture{Step: "userinfo", Given: got, Request: fixture.Message{Start: "GET " + c.path + "?access_token=T"}}
			if found, err := v.Compare(t.Context(), x); err != nil || len(found) > 0 {
				t.Errorf("got the differences %v, want none; error %v", found, err)
			}
		})
	}
}
