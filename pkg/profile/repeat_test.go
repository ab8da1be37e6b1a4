package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

// TestIsRepeatable covers everything that a request can carry, also as part of a value that a step
// with yields makes.
func TestIsRepeatable(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": acme + `[inputs.refresh_token]
secret = true
[inputs.suite_ticket]
secret = true
[inputs.device_code]
secret = true
[inputs.code_verifier]
secret = true
[token]
method = "POST"
url = "{base_url}/app"
form = { id = "{client_id}", key = "{client_secret}", ticket = "{suite_ticket}", at = "{timestamp}" }
read = { access_token = ".t" }
[refresh]
method = "GET"
url = "{base_url}/refresh"
query = { r = "{refresh_token}" }
read = { access_token = ".t" }
[details]
method = "GET"
url = "{base_url}/details"
query = { t = "{user_ticket}" }
read = { phone = ".p" }
[step.me]
method = "GET"
url = "{base_url}/id"
query = { t = "{access_token}" }
read = { openid = ".id", user_ticket = ".ticket" }
[step.sheet]
method = "GET"
url = "{base_url}/sheet"
query = { o = "{openid}", t = "{access_token}" }
[step.gate]
method = "GET"
url = "{base_url}/gate"
query = { t = "{app_token}" }
read = { gate_ticket = ".t" }
[step.list]
method = "GET"
url = "{base_url}/list"
query = { t = "{gate_ticket}" }
[step.maybe]
method = "GET"
url = "{base_url}/maybe"
query = { t = "{access_token}", c = "{code?}" }
[step.header]
method = "GET"
url = "{base_url}/header"
headers = { X-Code = "{code}" }
[step.signed]
method = "GET"
url = "{base_url}/signed"
query = { s = "{digest}" }
[step.device]
method = "POST"
url = "{base_url}/device"
form = { id = "{client_id}" }
read = { device_code = ".d" }
[step.device_token]
method = "POST"
url = "{base_url}/token"
form = { d = "{device_code}" }
read = { access_token = ".t" }
[step.introspect]
method = "POST"
url = "{base_url}/introspect"
headers = { Authorization = "{basic_auth}" }
form = { token = "{token}", secret = "{post_secret}", proof = "{hashed_secret}" }
[step.verify]
method = "POST"
url = "{base_url}/verify"
form = { v = "{code_verifier}" }
[step.lone]
method = "GET"
url = "{base_url}/lone"
query = { t = "{lone_ticket}" }
[step.wrap]
yields = { payload = "{client_id}|{digest}", at = "{timestamp}", entry = "{user_ticket}" }
[step.rewrap]
yields = { body = "<{payload}>" }
[step.wrapped]
method = "POST"
url = "{base_url}/wrapped"
form = { data = "{body}" }
[step.beside]
method = "GET"
url = "{base_url}/beside"
query = { at = "{at}" }
[step.enter]
method = "GET"
url = "{base_url}/enter"
query = { e = "{entry}" }
[make.digest]
hash = "sha256"
text = "{client_id}{code}"
[make.hashed_secret]
hash = "sha256"
text = "{client_secret}"
`}})
	p.Declare("user_ticket") // an input for one run, not for many
	got, sends := map[profile.StepName]bool{}, []profile.StepName(nil)
	for _, s := range p.Requests() {
		got[s.Name] = p.IsRepeatable(s)
	}
	for _, s := range p.Steps() {
		if p.SendsValue(s, "code") {
			sends = append(sends, s.Name)
		}
	}
	if diff := cmp.Diff(map[profile.StepName]bool{
		"authorize": true, "exchange": false, "token": true, "refresh": false, "userinfo": true, "details": false,
		"me": true, "sheet": true, "gate": true, "list": true, "maybe": false, "header": false, "signed": false,
		"device": true, "device_token": false, "introspect": true, "verify": false, "lone": false,
		"wrapped": false, "beside": true, "enter": false,
	}, got); diff != "" {
		t.Errorf("repeatable (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]profile.StepName{"exchange", "header", "maybe", "signed", "wrapped"}, sends); diff != "" {
		t.Errorf("send a code (-want +got):\n%s", diff)
	}
}
