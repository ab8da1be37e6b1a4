package client_test

import (
	"encoding/base64"
	"errors"
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

// threeCalls is a vendor whose code gives a key, the key a token, and the token the user.
const threeCalls = `
title = "Three calls: for tests"
[inputs]
base_url = { required = true }
[reply]
ok   = ".error | not"
code = ".error"
[step.swap]
method = "GET"
url    = "{base_url}/swap"
query  = { c = "{code}" }
read   = { session_key = ".key", nickname = ".nick", name = ".nick" }
[exchange]
method = "GET"
url    = "{base_url}/token"
query  = { k = "{session_key}" }
read   = { access_token = ".token", id_token = ".id_token", name = ".name" }
[userinfo]
method = "GET"
url    = "{base_url}/me"
query  = { t = "{access_token}" }
read   = { subject = ".id" }
[step.more]
with   = "userinfo"
method = "GET"
url    = "{base_url}/more"
query  = { s = "{subject}" }
read   = { email = ".email", badge = ".badge", scope = ".scope" }
`

// TestThreeCalls checks that the user is folded out of all responses, and that a login goes
// on where it failed.
func TestThreeCalls(t *testing.T) {
	p := describedBy(t, threeCalls)
	answers := map[string]string{
		"/swap": `{"key":"K1","nick":"N"}`, "/token": `{"token":"T1","name":"Ada"}`, "/me": `{"id":86}`, "/more": `{"error":"busy"}`,
	}
	address, asked := chain(t, answers)
	set(t, p, "base_url", address)
	c := client.New(p, deps(t))
	given := recipe.Values{"code": secret.New("C1")}
	_, err := c.Login(t.Context(), given)
	var unfinished *client.UnfinishedError
	if !errors.As(err, &unfinished) {
		t.Fatal(err)
	}
	answers["/more"] = `{"email":"a@b.example","badge":"B7","scope":"x"}`
	got, err := c.Resume(t.Context(), c.LoginSteps(), given, unfinished.Done)
	if err != nil {
		t.Fatal(err)
	}
	want := &client.User{
		Profile: p.Name, Step: "userinfo", Subject: "86", Name: "Ada", Nickname: "N", Email: "a@b.example",
		Extra: map[string]any{"badge": "B7"}, Raw: []byte(answers["/me"]),
	}
	if diff := cmp.Diff(want, got.User); diff != "" {
		t.Errorf("user (-want +got):\n%s", diff)
	}
	requests := []string{"/swap c=C1", "/token k=K1", "/me t=T1", "/more s=86", "/more s=86"}
	if diff := cmp.Diff(requests, *asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestNonceOfThreeCalls checks that the id_token is checked although the step that sends the
// code does not return it.
func TestNonceOfThreeCalls(t *testing.T) {
	for nonce, ok := range map[string]bool{"n-1": true, "n-2": false} {
		p := describedBy(t, threeCalls)
		claims := base64.RawURLEncoding.EncodeToString([]byte(`{"nonce":"` + nonce + `"}`))
		address, _ := chain(t, map[string]string{"/swap": `{"key":"K1"}`, "/token": `{"token":"T1","id_token":"e30.` + claims + `.c2ln"}`})
		set(t, p, "base_url", address)
		_, err := client.New(p, deps(t)).Exchange(t.Context(), recipe.Values{"code": secret.New("C1"), "nonce": "n-1"})
		if ok && err != nil || !ok && !errors.As(err, new(*client.ProtocolError)) {
			t.Errorf("%s: %v", nonce, err)
		}
	}
}
