package client_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// chained is a profile whose steps need values from the responses of earlier steps.
const chained = `
title = "Chained: for tests"
[inputs]
base_url = { required = true }
app_key  = { required = true, secret = true }
[reply]
ok   = ".error | not"
code = ".error"
[exchange]
method = "POST"
url    = "{base_url}/exchange"
form   = { code = "{code}", key = "{app_key}" }
read   = { access_token = ".token", openid = ".openid", name = ".nick", avatar = ".pic" }
[userinfo]
method = "GET"
url    = "{base_url}/user"
query  = { token = "{access_token}", openid = "{openid}", ticket = "{js_ticket?}" }
read   = { subject = ".id", name = ".name", dept = ".dept" }
[details]
method = "GET"
url    = "{base_url}/details/{dept}"
query  = { openid = "{openid}" }
read   = { subject = ".id", email = ".mail" }
[[refusals]]
code = "bad_token"
kind = "invalid_token"
en   = "The token is not valid."
`

// chain serves a response for each path, and records the requests.
func chain(t *testing.T, responses map[string]string) (address string, asked *[]string) {
	asked = new([]string)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*asked = append(*asked, r.URL.Path+" "+r.Form.Encode())
		status, response := http.StatusOK, responses[r.URL.Path]
		if response == "" {
			status, response = http.StatusInternalServerError, "{}"
		}
		says(status, "application/json", response)(w, r)
	})
	return server.URL, asked
}

var complete = map[string]string{
	"/exchange":   `{"token":"T-123456","openid":"O1","nick":"ada","pic":"http://a.example/ada.png"}`,
	"/user":       `{"id":7,"name":"Ada","dept":"D1"}`,
	"/details/D1": `{"id":7,"mail":"ada@example.com"}`,
}

func newChained(t *testing.T, baseURL string, changes ...string) *client.Client {
	t.Helper()
	p := describedBy(t, strings.NewReplacer(changes...).Replace(chained))
	set(t, p, "base_url", baseURL)
	set(t, p, "app_key", "K-123456")
	return client.New(p, deps(t))
}

// wantToken and wantUser return the result of a complete login with chained.
func wantToken() *client.Token {
	return &client.Token{
		Profile: "acme", Step: "exchange", AccessToken: secret.New("T-123456"),
		Extra: map[string]any{"openid": "O1", "name": "ada", "avatar": "http://a.example/ada.png"}, Raw: []byte(complete["/exchange"]),
	}
}

func wantUser() *client.User {
	return &client.User{
		Profile: "acme", Step: "userinfo", Subject: "7", Name: "Ada", Avatar: "http://a.example/ada.png",
		Extra: map[string]any{"dept": "D1"}, Raw: []byte(complete["/user"]),
	}
}

// sameToken compares secrets by their content.
var sameToken = cmp.Comparer(func(a, b secret.String) bool { return a.Reveal() == b.Reveal() })

// TestLoginIsOnePlan checks that later steps can use the values that a step reads, and that
// the user combines the values of all steps.
func TestLoginIsOnePlan(t *testing.T) {
	address, asked := chain(t, complete)
	got, err := newChained(t, address).Login(t.Context(), given())
	if diff := cmp.Diff(client.Login{Token: wantToken(), User: wantUser()}, got, sameToken); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	want := []string{"/exchange code=C0de%2Fof%2Bthe%3Duser&key=K-123456", "/user openid=O1&token=T-123456"}
	if diff := cmp.Diff(want, *asked); diff != "" {
		t.Error(diff)
	}

	user, err := newChained(t, address).UserInfo(t.Context(), given(), true)
	wantDetails := wantUser()
	wantDetails.Step, wantDetails.Email, wantDetails.Raw = "details", "ada@example.com", []byte(complete["/details/D1"])
	if diff := cmp.Diff(*wantDetails, user); diff != "" || err != nil {
		t.Errorf("details: %v\n%s", err, diff)
	}

	// Without [userinfo] the user comes from the exchange, if it has one.
	noUser := `not_offered = { userinfo = { en = "No." }, details = { en = "No." } }` + "\n[inputs]"
	for read, want := range map[string]*client.User{
		`name = ".nick", avatar = ".pic"`: {Profile: "acme", Step: "exchange", Name: "ada", Avatar: "http://a.example/ada.png"},
		`scope = ".nick"`:                 nil,
	} {
		c := newChained(t, address, "[inputs]", noUser, `name = ".nick", avatar = ".pic"`, read,
			chained[strings.Index(chained, "[userinfo]"):strings.Index(chained, "[[refusals]]")], "")
		got, err := c.Login(t.Context(), given())
		if diff := cmp.Diff(want, got.User); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", read, err, diff)
		}
	}
}

// TestResume checks that a resumed login runs only the steps that have not run.
func TestResume(t *testing.T) {
	responses := map[string]string{"/exchange": complete["/exchange"]}
	address, asked := chain(t, responses)
	c := newChained(t, address)
	_, err := c.Login(t.Context(), given())
	unfinished, ok := errors.AsType[*client.UnfinishedError](err)
	if !ok || !errors.As(err, new(*client.Refusal)) {
		t.Fatalf("got %v", err)
	}
	want := []client.Done{{Step: "exchange", At: now, Response: []byte(complete["/exchange"])}}
	if diff := cmp.Diff(want, unfinished.Done); diff != "" {
		t.Error(diff)
	}

	// The profile may have been corrected, and the inputs of the exchange are not needed.
	responses["/me"] = complete["/user"]
	p := describedBy(t, strings.Replace(chained, "/user", "/me", 1))
	set(t, p, "base_url", address)
	*asked = nil
	got, err := client.New(p, deps(t)).Resume(t.Context(), c.LoginSteps(), given(), unfinished.Done)
	if diff := cmp.Diff(client.Login{Token: wantToken(), User: wantUser()}, got, sameToken); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"/me openid=O1&token=T-123456"}, *asked); diff != "" {
		t.Error(diff)
	}

	// Steps that succeed during Resume are done too.
	_, err = newChained(t, address, "/user", "/me").Resume(t.Context(), append(c.LoginSteps(), "details"), given(), unfinished.Done)
	if unfinished, ok = errors.AsType[*client.UnfinishedError](err); !ok || len(unfinished.Done) != 2 {
		t.Errorf("got %v, %+v", err, unfinished)
	}
}

// TestNothingToResume covers a refused exchange, and a refusal of the access_token from
// the exchange.
func TestNothingToResume(t *testing.T) {
	for name, response := range map[string]string{"/exchange": `{"error":"no"}`, "/user": `{"error":"bad_token"}`} {
		responses := map[string]string{"/exchange": complete["/exchange"], name: response}
		address, _ := chain(t, responses)
		_, err := newChained(t, address).Login(t.Context(), given())
		if !errors.As(err, new(*client.Refusal)) || errors.As(err, new(*client.UnfinishedError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnread checks that a code is not sent again if the response lacks a value that the
// next step needs.
func TestUnread(t *testing.T) {
	address, asked := chain(t, map[string]string{"/exchange": `{"token":"T-123456","openid":null}`})
	c := newChained(t, address)
	const want = "acme: exchange: the response has no openid (.openid), which userinfo needs"
	_, err := c.Login(t.Context(), given())
	unfinished, ok := errors.AsType[*client.UnfinishedError](err)
	if !ok || !errors.As(err, new(*client.ProtocolError)) || err.Error() != want {
		t.Fatalf("got %v", err)
	}
	if _, err = c.Resume(t.Context(), c.LoginSteps(), given(), unfinished.Done); err == nil || err.Error() != want {
		t.Errorf("resumed: %v", err)
	}
	if len(*asked) != 1 {
		t.Errorf("requests %q, want one", *asked)
	}
}

// TestGiven checks that a caller can give a value that is not an input.
func TestGiven(t *testing.T) {
	address, asked := chain(t, complete)
	c := newChained(t, address)
	_, err := c.UserInfo(t.Context(), recipe.Values{"access_token": secret.New("T")}, false)
	argument, ok := errors.AsType[*client.ArgumentError](err)
	if !ok || !slices.Equal(argument.Needs, []string{"code"}) || !slices.Equal(argument.Instead, []string{"openid"}) {
		t.Fatalf("%v: %+v", err, argument)
	}
	for name, value := range map[string]string{"openid": "O2", "js_ticket": "J-123456"} {
		if err := c.Profile().Give(name, value, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.UserInfo(t.Context(), recipe.Values{"access_token": secret.New("T")}, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/user openid=O2&ticket=J-123456&token=T"}, *asked); diff != "" {
		t.Error(diff)
	}
	if got := c.Scrubber().Scrub("O2 J-123456"); strings.Contains(got, "J-123456") || !strings.Contains(got, "O2") {
		t.Errorf("scrubbed: %q", got)
	}
}

// TestResponsesChangeNoValue checks that a response cannot redirect or change later
// requests by supplying an input or a value of the login.
func TestResponsesChangeNoValue(t *testing.T) {
	responses := map[string]string{"/user": complete["/user"]}
	address, asked := chain(t, responses)
	other, askedOther := chain(t, complete)
	responses["/exchange"] = `{"token":"T-123456","openid":"O1","to":"` + other + `","key":"theirs"}`
	c := newChained(t, address, `name = ".nick"`, `base_url = ".to", app_key = ".key", code = ".key", nonce = ".key"`,
		`ticket = "{js_ticket?}"`, `key = "{app_key}", code = "{code}"`)
	if _, err := c.UserInfo(t.Context(), given(), false); err != nil {
		t.Error(err)
	}
	want := []string{"/exchange code=C0de%2Fof%2Bthe%3Duser&key=K-123456", "/user code=C0de%2Fof%2Bthe%3Duser&key=K-123456&openid=O1&token=T-123456"}
	if diff := cmp.Diff(want, *asked); diff != "" || len(*askedOther) > 0 {
		t.Errorf("requests (-want +got):\n%s\nrequests to the other server: %q", diff, *askedOther)
	}
}
