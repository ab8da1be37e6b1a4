package client_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// TestOwnSteps runs a plan of five steps of the vendor's own. Each needs values that the ones
// before it read.
func TestOwnSteps(t *testing.T) {
	p := describedBy(t, `
title = "Five steps: for tests"
[inputs]
base_url = { required = true }
[reply]
ok   = ".error | not"
code = ".error"
[step.last]
method = "GET"
url    = "{base_url}/last"
query  = { who = "{person}", at = "{tenant.id}", t = "{gate_ticket}" }
read   = { mail = ".mail" }
[step.person]
method = "GET"
url    = "{base_url}/person"
query  = { k = "{session_key}", at = "{tenant.id}" }
read   = { person = ".id" }
[step.org]
method = "GET"
url    = "{base_url}/org"
query  = { k = "{session_key}" }
read   = { "tenant.id" = ".org" }
[step.swap]
method = "GET"
url    = "{base_url}/swap"
query  = { c = "{code}", t = "{gate_ticket}" }
read   = { session_key = ".key" }
[step.gate]
method = "GET"
url    = "{base_url}/gate"
read   = { gate_ticket = ".ticket" }
`)
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
	// The gate uses nothing of the login: it is the application's, and the cache has it.
	if diff := cmp.Diff([]profile.StepName{"swap", "org", "person", "last"}, done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}
