package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

const guarded = `[inputs]
base_url = { default = "https://h.example" }
token_url = { default = "{base_url}/token" }
client_id = {}
client_secret = { secret = true }
tenant = {}
[exchange]
method = "POST"
url = "{token_url}"
form = { id = "{client_id}", key = "{client_secret}" }
read = { access_token = ".t" }
[token]
method = "POST"
url = "https://h.example/{tenant}"
headers = { A = "{basic_auth}" }
[userinfo]
method = "GET"
url = "{base_url}/me"
headers = { A = "Bearer {access_token}" }
[details]
method = "GET"
url = "{base_url}/more"
sign = { text = "{method}{client_secret}", hash = "md5" }
query = { s = "{sign}", id = "{client_id}" }
[authorize]
method = "GET"
url = "{base_url}/authorize"
query = { id = "{client_id}" }
`

func TestGuard(t *testing.T) {
	const mine = "[profiles.p]\nextends = \"v\"\nclient_id = \"me\"\nclient_secret = \"S3CR3T\"\n"
	refused := func(line int, key, name, place string) *profile.Error {
		return &profile.Error{
			File: "ssoctl.toml", Line: line, Key: key,
			Problem: "this file names the address, but " + name + " is from your own configuration (" + place + "): it is not sent there",
			Hint: lang.Text{
				EN: "If you trust this address, set " + key + " in your own configuration too.",
				ZH: "如果这个地址可信，请在自己的配置里也写上 " + key + "。",
			},
		}
	}
	taken := func(from string) *profile.Error {
		return &profile.Error{
			File: "ssoctl.toml", Line: 4, Key: "base_url",
			Problem: "this file names the address, but client_secret is from your " + from + " (ssoctl.toml:3): it is not sent there",
			Hint: lang.Text{
				EN: "If you trust this file, say so: --config ssoctl.toml",
				ZH: "如果信任这个文件，请加 --config ssoctl.toml",
			},
		}
	}
	tests := []struct {
		name, user, project, step string
		want                      *profile.Error
	}{
		{"no project", mine, "", "exchange", nil},
		{"a project that names no address", mine, "[profiles.p]\ntenant = \"x\"\n", "exchange", nil},
		{"its value", mine, "[profiles.p]\nbase_url = \"https://evil.example\"\n", "exchange", refused(2, "base_url", "client_secret", "user.toml:4")},
		{"its value of the nearer input", mine, "[profiles.p]\ntoken_url = \"https://evil.example\"\n", "exchange", refused(2, "token_url", "client_secret", "user.toml:4")},
		{"its default", mine, "[profiles.p.inputs]\nbase_url = { default = \"https://evil.example\" }\n", "exchange", refused(2, "inputs.base_url.default", "client_secret", "user.toml:4")},
		{"its default of the nearer input", mine, "[profiles.p.inputs.token_url]\nhelp = \"x\"\ndefault = \"https://evil.example\"\n", "exchange", refused(3, "inputs.token_url.default", "client_secret", "user.toml:4")},
		{"its words about an input", mine, "[profiles.p.inputs]\nbase_url = { help = \"x\" }\n", "exchange", nil},
		{"its step", mine, "[profiles.p.exchange]\nmethod = \"PUT\"\nurl = \"https://evil.example\"\n", "exchange", refused(3, "exchange.url", "client_secret", "user.toml:4")},
		{"another step of its", mine, "[profiles.p.details]\nurl = \"https://evil.example\"\n", "exchange", nil},
		{"a part of the path", mine, "[profiles.p]\ntenant = \"evil\"\n", "token", refused(2, "tenant", "client_secret", "user.toml:4")},
		{"a signature", mine, "[profiles.p]\nbase_url = \"https://evil.example\"\n", "details", refused(2, "base_url", "client_secret", "user.toml:4")},
		{"a token that the secret bought", mine, "[profiles.p]\nbase_url = \"https://evil.example\"\n", "userinfo", refused(2, "base_url", "client_secret", "user.toml:4")},
		{"nothing secret goes there", mine, "[profiles.p]\nbase_url = \"https://evil.example\"\n", "authorize", nil},
		{"the profile that it lets extend", "[profiles.p]\nclient_secret = \"S3CR3T\"\n", "[profiles.p]\nextends = \"evil\"\n[profiles.evil]\nextends = \"v\"\nbase_url = \"https://evil.example\"\n", "exchange", refused(5, "base_url", "client_secret", "user.toml:2")},
		{"the profile that the user extends", "[profiles.p]\nextends = \"theirs\"\nclient_secret = \"S3CR3T\"\n", "[profiles.theirs]\nextends = \"v\"\n[profiles.theirs.exchange]\nurl = \"https://evil.example\"\n", "exchange", refused(4, "exchange.url", "client_secret", "user.toml:3")},
		{"the user's profile that it extends", "[profiles.q]\nextends = \"v\"\nclient_secret = \"S3CR3T\"\n", "[profiles.p]\nextends = \"q\"\nbase_url = \"https://evil.example\"\n", "exchange", refused(3, "base_url", "client_secret", "user.toml:3")},
		{"the secret of an input that it declares", mine + "api_key = \"S3CR3T\"\n", "[profiles.p]\nbase_url = \"https://evil.example\"\n[profiles.p.inputs]\napi_key = {}\n[profiles.p.authorize]\nquery = { x = \"{api_key}\" }\n", "authorize", refused(2, "base_url", "api_key", "user.toml:5")},
		{"the secret behind another input", "[profiles.p]\nextends = \"v\"\nclient_secret = \"S3CR3T\"\n", "[profiles.p]\nbase_url = \"https://evil.example\"\n[profiles.p.inputs]\nx = { default = \"{y}\" }\ny = { default = \"{client_secret}\" }\n[profiles.p.authorize]\nquery = { x = \"{x}\" }\n", "authorize", refused(2, "base_url", "client_secret", "user.toml:3")},
		{"the user names the address too", mine + "base_url = \"https://h.example\"\n", "[profiles.p]\nbase_url = \"https://evil.example\"\n", "exchange", nil},
		{"the user names the nearer address", mine + "token_url = \"https://h.example\"\n", "[profiles.p]\nbase_url = \"https://evil.example\"\n", "exchange", nil},
		{"the user names the step's address", mine + "exchange.url = \"{base_url}/x\"\n", "[profiles.p.exchange]\nurl = \"https://evil.example\"\n", "exchange", nil},
		{"a login of the user's own", "[profiles.p]\nextends = \"v\"\nclient_id = \"me\"\n[profiles.p.exchange]\nform = { code = \"{code}\" }\n", "[profiles.p.exchange]\nurl = \"https://evil.example\"\n", "exchange", &profile.Error{
			File: "ssoctl.toml", Line: 2, Key: "exchange.url",
			Problem: "this file names the address, but the profile is of your own configuration: {code} is not sent there",
			Hint: lang.Text{
				EN: "If you trust this address, set exchange.url in your own configuration too.",
				ZH: "如果这个地址可信，请在自己的配置里也写上 exchange.url。",
			},
		}},
		{"a token behind an input of that name", mine, "[profiles.p.inputs]\naccess_token = { help = \"x\" }\n[profiles.p.userinfo]\nurl = \"https://evil.example\"\n", "userinfo", refused(4, "userinfo.url", "client_secret", "user.toml:4")},
		{"what it takes from the environment", "[profiles.q]\n", "[profiles.p]\nextends = \"v\"\nclient_secret = \"env:PATH\"\nbase_url = \"https://evil.example\"\n", "exchange", taken("environment")},
		{"what it takes from the keyring", "[profiles.q]\n", "[profiles.p]\nextends = \"v\"\nclient_secret = \"keyring:a/b\"\nbase_url = \"https://evil.example\"\n", "exchange", taken("keyring")},
		{"the environment's for the known address", "[profiles.q]\n", "[profiles.p]\nextends = \"v\"\nclient_secret = \"env:PATH\"\n", "exchange", nil},
		{"the project's own secret", "[profiles.q]\n", "[profiles.p]\nextends = \"v\"\nclient_secret = \"T\"\nbase_url = \"https://evil.example\"\n", "exchange", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, "p", sources(t, files{"v.toml": guarded}, tt.user, tt.project))
			var got *profile.Error
			if err := p.Guard(p.Step(tt.step)); err != nil {
				got = err.(*profile.Error)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}

	const evil = "[profiles.p]\nbase_url = \"https://evil.example\"\n"
	for name, set := range map[string][2]string{
		"the secret is the environment's": {"client_secret", "environment"},
		"the address is the flag's":       {"base_url", "flag"},
	} {
		p := load(t, "p", sources(t, files{"v.toml": guarded}, mine, evil))
		if err := p.Set(set[0], "x", profile.Origin{From: set[1]}); err != nil {
			t.Fatal(err)
		}
		if err := p.Guard(p.Exchange); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
