package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// withOwn is a profile with steps that only its vendor has.
const withOwn = acme + `[token]
method = "GET"
url = "{base_url}/app"
read = { access_token = ".t" }
[step.ticket]
method = "GET"
url = "{base_url}/ticket"
query = { t = "{app_token}" }
read = { js_ticket = ".t" }
[step.me]
method = "GET"
url = "{base_url}/id"
query = { t = "{access_token}" }
read = { openid = ".id" }
[step.sheet]
method = "GET"
url = "{base_url}/sheet"
query = { o = "{openid}", t = "{js_ticket}", more = "{openid?}" }
with = "userinfo"
[step.js]
yields = { appId = "{client_id}", signature = "{js_ticket}" }
[step.signed]
method = "GET"
url = "{base_url}/signed"
query = { s = "{signature}" }
`

func TestOwnStepsInAPlan(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": withOwn}})
	for target, want := range map[profile.StepName]steps{
		"ticket":   {"token", "ticket"},
		"userinfo": {"exchange", "userinfo", "token", "ticket", "me", "sheet"},
		"sheet":    {"token", "ticket", "exchange", "me", "sheet"},
		"signed":   {"token", "ticket", "js", "signed"},
	} {
		got, err := p.Plan([]profile.StepName{target}, recipe.Values{"code": "C"})
		var names steps
		for _, s := range got.Steps {
			names = append(names, s.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" || err != nil || len(got.Lacking) > 0 {
			t.Errorf("%s: %v, lacking %v\n%s", target, err, got.Lacking, diff)
		}
	}
	done, err := p.Plan([]profile.StepName{"userinfo"}, recipe.Values{"code": "C"}, "exchange", "userinfo", "me")
	if err != nil || len(done.Steps) != 3 || done.Steps[2].Name != "sheet" {
		t.Errorf("after all but the last: %v, %v", done.Steps, err)
	}
	var ofApplication steps
	for _, s := range p.Steps() {
		if p.OfApplication(s) {
			ofApplication = append(ofApplication, s.Name)
		}
	}
	if diff := cmp.Diff(steps{"token", "signed", "ticket"}, ofApplication); diff != "" {
		t.Errorf("steps of the application: %s", diff)
	}
}

// TestStepsOfALogin checks that a step that uses a value of a login is not a step of the
// application. The value may be an input, or be used by an earlier step.
func TestStepsOfALogin(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": withOwn + `[step.push]
method = "POST"
url = "{base_url}/push"
form = { app = "{client_id}", back = "{redirect_uri}" }
read = { request = ".r" }
[step.after]
method = "GET"
url = "{base_url}/after"
query = { request = "{request}", t = "{app_token}" }
`}})
	for _, name := range []profile.StepName{"push", "after"} {
		if p.OfApplication(p.Step(name)) {
			t.Errorf("[step.%s] counts as a step of the application, so it would be cached", name)
		}
	}
}

// TestOwnStepsAreMerged checks that a later layer changes only the keys in it.
func TestOwnStepsAreMerged(t *testing.T) {
	p := load(t, "mine", sources(t, files{"p.toml": withOwn}, `[profiles.mine]
extends = "p"
[profiles.mine.step.me]
query = { token = "{access_token}" }
[profiles.mine.step.extra]
method = "GET"
url = "{base_url}/extra"
[[profiles.mine.exchange.also]]
method = "GET"
query = { code = "{code}" }
form = {}
[[profiles.mine.exchange.also]]
json = { code = "{code}" }
example = '{"errno":0,"token":"old-{access_token}"}'
`, ""))
	if errs := p.Lint(); errs != nil {
		t.Error(errs)
	}
	me := p.Step("me")
	if got := string(me.URL) + string(me.Query["token"]) + me.Source; got != "{base_url}/id{access_token}" || len(me.Query) != 1 {
		t.Errorf("me is %+v", me)
	}
	if got := p.Step("js").Source; got != profile.SourceDoc {
		t.Errorf("a built-in step of the vendor's own has the source %q", got)
	}
	if got, want := p.Where("step.me.query"), (profile.Origin{From: "file", File: "user.toml", Line: 4}); got != want {
		t.Errorf("step.me.query is from %v, want %v", got, want)
	}
	want := []profile.Also{
		{Recipe: recipe.Recipe{Method: "GET", URL: "{base_url}/token", Query: map[string]recipe.Template{"code": "{code}"}}},
		{Recipe: recipe.Recipe{Method: "POST", URL: "{base_url}/token", JSON: map[string]any{"code": "{code}"}}, Example: `{"errno":0,"token":"old-{access_token}"}`},
	}
	if diff := cmp.Diff(want, p.Exchange.Alternatives()); diff != "" {
		t.Error(diff)
	}
	seen := map[string]any{}
	for _, m := range p.Members() {
		seen[m.Key()] = m.Value
	}
	for key, want := range map[string]any{"step.me.query.token": "{access_token}", "exchange.also.1.json.code": "{code}", "step.js.yields.appId": "{client_id}"} {
		if seen[key] != want {
			t.Errorf("member %s is %v, want %v", key, seen[key], want)
		}
	}
}
