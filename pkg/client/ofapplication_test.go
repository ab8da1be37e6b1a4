package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
)

// ticketed is a vendor whose application gets a ticket with its token, and with that a list.
const ticketed = `
title = "Tickets: for tests"
[inputs]
base_url = { required = true }
list     = { default = "all" }
[reply]
ok   = ".code == 0"
code = ".code"
[token]
method   = "GET"
url      = "{base_url}/token"
read     = { access_token = ".token", expires_in = ".expires" }
[step.ticket]
method   = "GET"
url      = "{base_url}/ticket"
query    = { t = "{app_token}", at = "{timestamp_ms}" }
read     = { gate_ticket = ".ticket", expires_in = ".expires" }
[step.list]
method   = "GET"
url      = "{base_url}/list"
query    = { t = "{gate_ticket}", l = "{list}" }
read     = { count = ".count" }
[step.seen]
method   = "GET"
url      = "{base_url}/seen"
query    = { t = "{gate_ticket}", a = "{access_token}" }
[[refusals]]
code = 43
kind = "expired_token"
en = "Get a new one."
`

// vendorOf answers the requests of ticketed. It accepts only the newest token and ticket.
type vendorOf struct {
	token, ticket string
	asked         []string
}

func (v *vendorOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.asked = append(v.asked, strings.TrimPrefix(r.URL.Path, "/")+" "+r.FormValue("t"))
	body := `{"code":0,"count":2}`
	switch {
	case r.URL.Path == "/token":
		body = `{"code":0,"token":"` + v.token + `","expires":7200}`
	case r.URL.Path == "/ticket" && r.FormValue("t") == v.token:
		body = `{"code":0,"ticket":"` + v.ticket + `","expires":3600}`
	case r.URL.Path == "/ticket", r.FormValue("t") != v.ticket:
		body = `{"code":43}`
	}
	says(200, "", body)(w, r)
}

// TestStepsOfTheApplication runs the same step again and again while its vendor changes.
func TestStepsOfTheApplication(t *testing.T) {
	v, dir, later := &vendorOf{token: "T1", ticket: "K1"}, privateDir(t), time.Duration(0)
	server := serve(t, v.ServeHTTP)
	run := func(step profile.StepName, fresh bool, list string) (client.Result, error) {
		v.asked = nil
		p := describedBy(t, ticketed)
		set(t, p, "base_url", server.URL)
		set(t, p, "list", list)
		d := deps(t)
		d.Cache, d.Now = client.Cache{Store: cache.Folder{Dir: dir}, Fresh: fresh}, func() time.Time { return now.Add(later) }
		return client.New(p, d).Step(t.Context(), step, nil)
	}
	for _, tt := range []struct {
		name          string
		change        func()
		step          profile.StepName
		fresh         bool
		list          string
		asked         string
		cached, fails bool
	}{
		{name: "nothing is cached", step: "list", list: "all", asked: "token |ticket T1|list K1"},
		{name: "the ticket is", step: "list", list: "all", asked: "list K1"},
		{name: "the ticket itself", step: "ticket", list: "all", cached: true},
		{name: "another input of another step", step: "list", list: "few", asked: "list K1"},
		{name: "the ticket has expired, the token has not", change: func() { later = time.Hour; v.ticket = "K2" }, step: "list", list: "all", asked: "ticket T1|list K2"},
		{name: "the vendor ended the ticket", change: func() { v.ticket = "K3" }, step: "list", list: "all", asked: "list K2|ticket T1|list K3"},
		{name: "the vendor ended both", change: func() { v.token, v.ticket = "T2", "K4" }, step: "list", list: "all", asked: "list K3|ticket T1|token |ticket T2|list K4"},
		{name: "no cache", fresh: true, step: "list", list: "all", asked: "token |ticket T2|list K4"},
		{name: "a step of a login", step: "seen", list: "all", asked: "", fails: true},
	} {
		if tt.change != nil {
			tt.change()
		}
		got, err := run(tt.step, tt.fresh, tt.list)
		if (err != nil) != tt.fails || got.Cached != tt.cached {
			t.Errorf("%s: %v, cached %v", tt.name, err, got.Cached)
		}
		if diff := cmp.Diff(tt.asked, strings.Join(v.asked, "|")); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestStepWithoutAValue checks that a step that runs with another, by its name, says which
// value it lacks instead of sending nothing.
func TestStepWithoutAValue(t *testing.T) {
	p := describedBy(t, ticketed+`
[userinfo]
method = "GET"
url    = "{base_url}/me"
query  = { a = "{access_token}" }
read   = { user_ticket = ".none" }
[step.more]
with   = "userinfo"
method = "GET"
url    = "{base_url}/more"
query  = { u = "{user_ticket?}" }
`)
	address, asked := chain(t, map[string]string{"/me": `{"code":0}`, "/more": `{"code":0}`})
	set(t, p, "base_url", address)
	given := map[string]any{"access_token": "A"}
	_, err := client.New(p, deps(t)).Step(t.Context(), "more", given)
	var lacking *client.ArgumentError
	if !errors.As(err, &lacking) || !cmp.Equal(lacking.Needs, []string{"user_ticket"}) {
		t.Error(err)
	}
	if _, err := client.New(p, deps(t)).UserInfo(t.Context(), given, false); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"/me a=A", "/me a=A"}, *asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
