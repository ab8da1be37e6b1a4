package client_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// TestOtherSteps runs a plan of five steps with names that the format does not have. Each
// needs values that the ones before it read.
func TestOtherSteps(t *testing.T) {
	p := describedBy(t, `
title = "Five steps: for tests"
[inputs]
base_url = { required = true }
[reply]
ok   = ".error | not"
code = ".error"
[exchange]
method = "GET"
url    = "{base_url}/unused"
read   = { access_token = ".token" }
`)
	step := func(name profile.StepName, query map[string]recipe.Template, read map[string]string) *profile.Step {
		return &profile.Step{
			Name: name, Read: read,
			Recipe: recipe.Recipe{Method: "GET", URL: recipe.Template("{base_url}/" + name), Query: query},
		}
	}
	p.Others = []*profile.Step{
		step("last", map[string]recipe.Template{"who": "{person}", "at": "{tenant.id}", "t": "{gate_ticket}"}, map[string]string{"mail": ".mail"}),
		step("person", map[string]recipe.Template{"k": "{session_key}", "at": "{tenant.id}"}, map[string]string{"person": ".id"}),
		step("org", map[string]recipe.Template{"k": "{session_key}"}, map[string]string{"tenant.id": ".org"}),
		step("swap", map[string]recipe.Template{"c": "{code}", "t": "{gate_ticket}"}, map[string]string{"session_key": ".key"}),
		step("gate", nil, map[string]string{"gate_ticket": ".ticket"}),
	}
	address, asked := chain(t, map[string]string{
		"/gate": `{"ticket":"T1"}`, "/swap": `{"key":"K1"}`, "/org": `{"org":7}`, "/person": `{"id":86}`, "/last": `{"mail":"m"}`,
	})
	set(t, p, "base_url", address)
	c := client.New(p, deps(t))
	if err := c.Ready([]profile.StepName{"last"}); err == nil {
		t.Error("a login can begin, though the profile has no [authorize]")
	}
	if _, err := c.Resume(t.Context(), []profile.StepName{"last"}, recipe.Values{"code": secret.New("C1")}, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"/gate ", "/swap c=C1&t=T1", "/org k=K1", "/person at=7&k=K1", "/last at=7&t=T1&who=86"}
	if diff := cmp.Diff(want, *asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	var done []profile.StepName
	for _, d := range c.Done() {
		done = append(done, d.Step)
	}
	if diff := cmp.Diff([]profile.StepName{"gate", "swap", "org", "person", "last"}, done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}
