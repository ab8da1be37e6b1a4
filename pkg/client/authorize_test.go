package client_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

const vendor = "https://vendor.example/v"

func authorize(t *testing.T, c *client.Client, o client.AuthorizeOptions) (client.Authorization, url.Values) {
	t.Helper()
	auth, err := c.Authorize(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	address, query, _ := strings.Cut(auth.URL, "?")
	values, err := url.ParseQuery(query)
	if err != nil || address != vendor+"/authorize" {
		t.Fatalf("%s: %v", auth.URL, err)
	}
	return auth, values
}

func TestAuthorize(t *testing.T) {
	c := newClient(t, vendor, `state = "{state}" }`, `state = "{state}" }`+"\nlifetime = \"5m\"")
	auth, query := authorize(t, c, client.AuthorizeOptions{})
	state := auth.State
	if !regexp.MustCompile(`^[a-z0-9]{32}$`).MatchString(state) {
		t.Errorf("state %q", state)
	}
	auth.URL = ""
	want := client.Authorization{Profile: "acme", RedirectURI: "http://127.0.0.1/callback", State: state, Bound: true, Lifetime: 5 * time.Minute, Returns: true}
	if diff := cmp.Diff(want, auth); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(url.Values{"client_id": {"acme-id"}, "redirect_uri": {"http://127.0.0.1/callback"}, "state": {state}}, query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if again, _ := authorize(t, c, client.AuthorizeOptions{}); again.State == state {
		t.Error("two logins have the same state")
	}
	given, query := authorize(t, c, client.AuthorizeOptions{State: "s-1", RedirectURI: "https://crm.example/back?x=1", Own: true})
	if given.State != "s-1" || query.Get("state") != "s-1" || given.RedirectURI != "https://crm.example/back?x=1" || query.Get("redirect_uri") != given.RedirectURI {
		t.Errorf("the given state or redirect_uri is not used: %+v", given)
	}
}

func TestAuthorizeParams(t *testing.T) {
	params := client.AuthorizeOptions{State: "s", Params: url.Values{"prompt": {"login"}, "x y": {"a&b", "王"}}}
	_, query := authorize(t, newClient(t, vendor), params)
	want := url.Values{
		"client_id": {"acme-id"}, "redirect_uri": {"http://127.0.0.1/callback"}, "state": {"s"}, "prompt": {"login"}, "x y": {"a&b", "王"},
	}
	if diff := cmp.Diff(want, query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	const members = `query  = { client_id = "{client_id}", redirect_uri = "{redirect_uri}", state = "{state}" }`
	for url, want := range map[string]string{
		"":          "/authorize?prompt=login",
		"#redirect": "/authorize?prompt=login#redirect",
		"?a=b#c":    "/authorize?a=b&prompt=login#c",
	} {
		c := newClient(t, vendor, "/authorize", "/authorize"+url, members, `state = "redirect"`)
		params.Params.Del("x y")
		if auth, err := c.Authorize(t.Context(), params); err != nil || auth.URL != vendor+want {
			t.Errorf("%q, %v; want %s", auth.URL, err, want)
		}
	}
}

func TestPKCEAndNonce(t *testing.T) {
	c := newClient(t, vendor, `state = "{state}" }`, `state = "{state}", code_challenge = "{code_challenge}", nonce = "{nonce}" }`)
	auth, query := authorize(t, c, client.AuthorizeOptions{})
	sum := sha256.Sum256([]byte(auth.CodeVerifier.Reveal()))
	if !regexp.MustCompile(`^[\w-]{43}$`).MatchString(auth.CodeVerifier.Reveal()) || query.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
		t.Errorf("code_verifier %q, code_challenge %q", auth.CodeVerifier.Reveal(), query.Get("code_challenge"))
	}
	if !regexp.MustCompile(`^[a-z0-9]{32}$`).MatchString(auth.Nonce) || query.Get("nonce") != auth.Nonce || auth.Nonce == auth.State {
		t.Errorf("nonce %q", auth.Nonce)
	}
	again, _ := authorize(t, c, client.AuthorizeOptions{})
	if again.CodeVerifier == auth.CodeVerifier || again.Nonce == auth.Nonce {
		t.Error("two logins have the same code_verifier or nonce")
	}
	want := map[string]any{"code": secret.New("C"), "redirect_uri": auth.RedirectURI, "code_verifier": auth.CodeVerifier, "nonce": auth.Nonce}
	if diff := cmp.Diff(want, map[string]any(auth.Given("C"))); diff != "" {
		t.Errorf("Given (-want +got):\n%s", diff)
	}
}

// stateless is a vendor without a state parameter.
var stateless = []string{`, state = "{state}" }`, ` }` + "\nstate = \"redirect\""}

// TestWoven checks that a random part of redirect_uri replaces the state if the vendor
// has none.
func TestWoven(t *testing.T) {
	for _, test := range []struct {
		name     string
		o        client.AuthorizeOptions
		redirect string // a regular expression
		bound    bool
	}{
		{"own address", client.AuthorizeOptions{RedirectURI: "http://127.0.0.1:8976/", Own: true}, `http://127\.0\.0\.1:8976/[a-z0-9]{10}`, true},
		{"with a path", client.AuthorizeOptions{RedirectURI: "http://[::1]:8976/back", Own: true}, `http://\[::1\]:8976/back/[a-z0-9]{10}`, true},
		{"{state} in a path", client.AuthorizeOptions{RedirectURI: "https://crm.example/back/{state}/x"}, `https://crm\.example/back/[a-z0-9]{10}/x`, true},
		{"{state} in a query", client.AuthorizeOptions{RedirectURI: "https://crm.example/back?s={state}"}, `https://crm\.example/back\?s=[a-z0-9]{10}`, true},
		{"verbatim", client.AuthorizeOptions{RedirectURI: "https://crm.example/back"}, `https://crm\.example/back`, false},
		{"the profile's", client.AuthorizeOptions{}, `http://127\.0\.0\.1/callback`, false},
		{"a given state is ignored", client.AuthorizeOptions{State: "s"}, `http://127\.0\.0\.1/callback`, false},
	} {
		c := newClient(t, vendor, stateless...)
		auth, query := authorize(t, c, test.o)
		if !regexp.MustCompile(`^`+test.redirect+`$`).MatchString(auth.RedirectURI) || query.Get("redirect_uri") != auth.RedirectURI {
			t.Errorf("%s: redirect_uri %q, sent %q", test.name, auth.RedirectURI, query.Get("redirect_uri"))
		}
		if auth.Bound != test.bound || auth.State != "" || query.Has("state") {
			t.Errorf("%s: %+v", test.name, auth)
		}
		if again, _ := authorize(t, c, test.o); test.bound == (again.RedirectURI == auth.RedirectURI) {
			t.Errorf("%s: the redirect_uri of the next login is %q", test.name, again.RedirectURI)
		}
	}
}

// TestStateInput covers a profile that restricts the format of the state.
func TestStateInput(t *testing.T) {
	input := []string{"\n[reply]", "state = { pattern = \"[0-9A-Za-z]{8,128}\", help = \"8 letters or more\" }\n\n[reply]"}
	auth, query := authorize(t, newClient(t, vendor, input...), client.AuthorizeOptions{})
	if !regexp.MustCompile(`^[a-z0-9]{32}$`).MatchString(auth.State) || query.Get("state") != auth.State {
		t.Errorf("no state given: %q", auth.State)
	}
	auth, query = authorize(t, newClient(t, vendor, input...), client.AuthorizeOptions{State: "Abc12345"})
	if auth.State != "Abc12345" || query.Get("state") != "Abc12345" || !auth.Bound {
		t.Errorf("a state given: %+v", auth)
	}
	c := newClient(t, vendor, input...)
	set(t, c.Profile(), "state", "fromProfile")
	if auth, _ = authorize(t, c, client.AuthorizeOptions{}); auth.State != "fromProfile" {
		t.Errorf("a state in the profile: %q", auth.State)
	}
	for _, bad := range []string{"short", "with-a-dash", strings.Repeat("x", 129), "abcdefgh\n"} {
		var fault *profile.Error
		_, err := newClient(t, vendor, input...).Authorize(t.Context(), client.AuthorizeOptions{State: bad})
		if !errors.As(err, &fault) || fault.Key != "state" || !strings.Contains(fault.Problem.EN, "is not valid (expected: 8 letters or more)") || !fault.Hint.IsZero() {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAuthorizeErrors(t *testing.T) {
	var missing *profile.MissingError
	p := describedBy(t, acme)
	if _, err := client.New(p, deps(t)).Authorize(t.Context(), client.AuthorizeOptions{}); !errors.As(err, &missing) || len(missing.Missing) != 2 {
		t.Errorf("missing inputs: %v", err)
	}
	var notOffered *profile.NotOfferedError
	p.Authorize = nil
	if _, err := client.New(p, deps(t)).Authorize(t.Context(), client.AuthorizeOptions{}); !errors.As(err, &notOffered) || notOffered.Step != "authorize" {
		t.Errorf("no such step: %v", err)
	}
	var fault *profile.Error
	if _, err := newClient(t, "vendor.example").Authorize(t.Context(), client.AuthorizeOptions{}); !errors.As(err, &fault) {
		t.Errorf("an invalid base_url: %v", err)
	}
}

// TestNonce checks that an id_token for another login is an error.
func TestNonce(t *testing.T) {
	token := func(payload string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
	}
	for idToken, ok := range map[string]bool{
		token(`{"nonce":"n-1"}`): true,
		token(`{"nonce":"n-2"}`): false,
		token(`{"nonce":""}`):    false,
		token(`{}`):              false,
		token(`[]`):              false,
		"":                       false,
		"a.b":                    false,
		"a.!.c":                  false,
	} {
		server := serve(t, says(200, "", `{"code":0,"access_token":"A1","id_token":"`+idToken+`"}`))
		g := given()
		g["nonce"] = "n-1"
		_, err := newClient(t, server.URL).Exchange(t.Context(), g)
		if ok && err != nil || !ok && !errors.As(err, new(*client.ProtocolError)) {
			t.Errorf("%q: %v", idToken, err)
		}
		if _, err := newClient(t, server.URL).Exchange(t.Context(), given()); err != nil {
			t.Errorf("%q without a nonce: %v", idToken, err)
		}
	}
}
