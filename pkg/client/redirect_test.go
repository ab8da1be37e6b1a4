package client_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// redirecting is a vendor whose redirect brings more than a code: the user as JSON, and a
// realm that a later step needs.
const redirecting = `
title = "A vendor: for tests"
[inputs]
base_url     = { required = true }
redirect_uri = { default = "http://127.0.0.1/callback" }
[reply]
ok = ".error | not"
[authorize]
method = "GET"
url    = "{base_url}/authorize"
query  = { redirect_uri = "{redirect_uri}", state = "{state}", response_mode = "form_post" }
read   = { code = ".auth_code", name = '.user | fromjson? | .name', email = '.user | fromjson? | .email', realm_id = ".realm", page_ticket = ".t" }
[exchange]
method = "POST"
url    = "{base_url}/exchange"
form   = { code = "{code}", ticket = "{page_ticket?}" }
read   = { access_token = ".token", subject = ".id" }
[userinfo]
method = "GET"
url    = "{base_url}/realm/{realm_id}/user"
query  = { token = "{access_token}" }
read   = { subject = ".id", email = ".mail" }
`

func TestRedirected(t *testing.T) {
	newClient := func(address string) *client.Client {
		p := describedBy(t, redirecting)
		set(t, p, "base_url", address)
		return client.New(p, deps(t))
	}
	params := func(text string) url.Values {
		out, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const user = "auth_code=C1&user=%7B%22name%22%3A%22Ada%22%2C%22email%22%3A%22old%40example.com%22%7D"
	for _, tt := range []struct {
		name, query string
		user        string // response of userinfo
		want        client.Login
		asked       []string
		err         string
	}{
		{
			"everything", user + "&realm=9&t=T1", `{"id":"7","mail":"ada@example.com"}`,
			client.Login{
				Token: &client.Token{Profile: "acme", Step: "exchange", AccessToken: secret.New("A1"), Subject: "7", Extra: map[string]any{"realm_id": "9", "page_ticket": "T1", "name": "Ada", "email": "old@example.com"}, Raw: []byte(`{"token":"A1","id":"7"}`)},
				User:  &client.User{Profile: "acme", Step: "userinfo", Subject: "7", Name: "Ada", Email: "ada@example.com", Raw: []byte(`{"id":"7","mail":"ada@example.com"}`)},
			},
			[]string{"/exchange code=C1&ticket=T1", "/realm/9/user token=A1"},
			"",
		},
		{
			"the redirect is the earliest response", user + "&realm=9", `{"id":"7"}`,
			client.Login{
				Token: &client.Token{Profile: "acme", Step: "exchange", AccessToken: secret.New("A1"), Subject: "7", Extra: map[string]any{"realm_id": "9", "name": "Ada", "email": "old@example.com"}, Raw: []byte(`{"token":"A1","id":"7"}`)},
				User:  &client.User{Profile: "acme", Step: "userinfo", Subject: "7", Name: "Ada", Email: "old@example.com", Raw: []byte(`{"id":"7"}`)},
			},
			[]string{"/exchange code=C1", "/realm/9/user token=A1"},
			"",
		},
		{"a needed value is missing: the code is not sent", user, "", client.Login{}, nil, "acme: authorize: the redirect has no realm_id (.realm), which userinfo needs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, asked := chain(t, map[string]string{"/exchange": `{"token":"A1","id":"7"}`, "/realm/9/user": tt.user})
			c := newClient(address)
			if err := c.Ready(c.LoginSteps()); err != nil {
				t.Fatal(err)
			}
			got, err := c.Login(t.Context(), recipe.Values{"code": secret.New("C1")}, c.Redirected(params(tt.query))...)
			if tt.err != "" && (err == nil || err.Error() != tt.err) || tt.err == "" && err != nil {
				t.Errorf("got %v, want %s", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b secret.String) bool { return a.Reveal() == b.Reveal() })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.asked, *asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}

	t.Run("without a redirect", func(t *testing.T) {
		_, err := newClient("http://127.0.0.1:1").Login(t.Context(), recipe.Values{"code": secret.New("C1")})
		var lacking *client.ArgumentError
		if !errors.As(err, &lacking) || cmp.Diff([]string{"realm_id"}, lacking.Needs) != "" {
			t.Errorf("got %v", err)
		}
	})

	// A login that fails after its code was used keeps the redirect for the remaining steps.
	t.Run("resumed", func(t *testing.T) {
		responses := map[string]string{"/exchange": `{"token":"A1","id":"7"}`}
		address, asked := chain(t, responses)
		c := newClient(address)
		_, err := c.Login(t.Context(), recipe.Values{"code": secret.New("C1")}, c.Redirected(params(user+"&realm=9"))...)
		var unfinished *client.UnfinishedError
		if !errors.As(err, &unfinished) {
			t.Fatalf("got %v", err)
		}
		responses["/realm/9/user"] = `{"id":"7"}`
		c = newClient(address)
		got, err := c.Resume(t.Context(), c.LoginSteps(), recipe.Values{"code": secret.New("C1")}, unfinished.Done)
		if err != nil || got.User.Name != "Ada" || got.Token.Extra["realm_id"] != "9" {
			t.Errorf("got %+v, %v", got, err)
		}
		if all := strings.Join(*asked, " "); strings.Count(all, "/exchange") != 1 {
			t.Errorf("requests: %s", all)
		}
	})

	t.Run("a draft", func(t *testing.T) {
		c := newClient("http://127.0.0.1:1")
		drafts, err := c.Draft(t.Context(), []profile.StepName{profile.StepUserInfo}, recipe.Values{"code": secret.New("C1")}, c.Redirected(params(user+"&realm=9"))...)
		if err != nil || len(drafts) != 2 || drafts[1].Request.URL.Path != "/realm/9/user" {
			t.Errorf("got %+v, %v", drafts, err)
		}
	})
}
