package emulator_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// standard returns a client of the standard OAuth 2.0 profile, with an access token.
func standard(t *testing.T, set ...string) *party {
	t.Helper()
	var p *profile.Profile
	for _, builtin := range builtins(t) {
		if builtin.Exchange != nil && builtin.Exchange.Uses("basic_auth") && builtin.Exchange.Uses("post_id") && len(builtin.Extends) == 0 {
			p = builtin
		}
	}
	for i := 0; i < len(set); i += 2 {
		if err := p.Set(set[i], set[i+1], profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	return start(t, p).party(t, p)
}

// posted sends a form to a step's URL.
func (c *party) posted(s *profile.Step, form url.Values, headers ...string) answer {
	c.t.Helper()
	at := c.build(s).URL
	at.RawQuery = ""
	r, err := http.NewRequest(http.MethodPost, at.String(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	w := &wire{Request: r}
	if form != nil {
		w.body = []byte(form.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return c.send(s, w)
}

// TestUserinfoByPost tests OpenID Connect Core 1.0, §5.3.1, and RFC 6750 §2.2.
func TestUserinfoByPost(t *testing.T) {
	c := standard(t)
	c.ready(teller(c.p))
	token, _ := c.values.Text("access_token")
	for name, test := range map[string]struct {
		form      url.Values
		header    string
		refusal   profile.Kind
		diagnosis string
	}{
		"the header":        {nil, "Bearer " + token, "", ""},
		"a form":            {url.Values{"access_token": {token}}, "", "", ""},
		"an empty form":     {url.Values{}, "Bearer " + token, "", ""},
		"both":              {url.Values{"access_token": {token}}, "Bearer " + token, "bad_request", "form.access_token: expected no token in the body beside Authorization (RFC 6750 §2)"},
		"nothing":           {nil, "", "invalid_token", "headers.Authorization: is missing"},
		"another's":         {url.Values{"access_token": {"x"}}, "", "invalid_token", "form.access_token: this access_token was not issued here"},
		"another's, header": {nil, "Bearer x", "invalid_token", "headers.Authorization: this access_token was not issued here"},
	} {
		var headers []string
		if test.header != "" {
			headers = []string{"Authorization", test.header}
		}
		got := c.posted(teller(c.p), test.form, headers...)
		if got.event.Refusal != test.refusal || got.verdict.OK != (test.refusal == "") || !strings.HasPrefix(got.event.Diagnosis, test.diagnosis) || got.event.Step != "userinfo" {
			t.Errorf("%s: %d %s %+v", name, got.status, got.body, got.event)
		}
		if challenge := got.header.Get("WWW-Authenticate"); test.refusal == "invalid_token" && !strings.HasPrefix(challenge, "Bearer ") || strings.Contains(challenge, "error=") != (name == "both" || strings.Contains(name, "another's")) {
			t.Errorf("%s: %q", name, challenge)
		}
		c.silent(got.event.Diagnosis)
	}
}

// TestAuthorizeByPost tests OpenID Connect Core 1.0, §3.1.2.1.
func TestAuthorizeByPost(t *testing.T) {
	c := standard(t)
	asked := c.build(c.p.Authorize).URL.Query()
	got := c.posted(c.p.Authorize, asked)
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusFound || got.event.Diagnosis != "" {
		t.Fatalf("%d %v %+v", got.status, got.header, got.event)
	}
	if c.values["code"] = back.Query().Get("code"); back.Query().Get("state") != asked.Get("state") {
		t.Errorf("redirected to %s, with a different state", back)
	}
	c.pass(c.p.Exchange)
	asked.Set("response_type", "token")
	if got := c.posted(c.p.Authorize, asked); !strings.Contains(got.header.Get("Location"), "error=unsupported_response_type") || !strings.HasPrefix(got.event.Diagnosis, "form.response_type: ") {
		t.Errorf("%d %v %+v", got.status, got.header, got.event)
	}
	asked.Set("client_id", "other")
	if got := c.posted(c.p.Authorize, asked); got.status != http.StatusBadRequest || got.header.Get("Location") != "" {
		t.Errorf("%d %v", got.status, got.header)
	}
}

// TestAuthorizeWithForeignParameters checks that an unknown parameter is reported, and that
// the diagnosis does not suggest an optional one in its place.
func TestAuthorizeWithForeignParameters(t *testing.T) {
	c := standard(t)
	at := c.build(c.p.Authorize)
	query := at.URL.Query()
	query.Del("code_challenge")
	query.Del("code_challenge_method")
	query.Set("nonce", "n-0001")
	at.URL.RawQuery = query.Encode()
	got := c.send(c.p.Authorize, at)
	if want := "query.nonce: was sent, but this step ignores it"; got.event.Refusal != "" || got.event.Diagnosis != want {
		t.Errorf("%+v, want %s", got.event, want)
	}
}

// TestPlusInSecret checks that an unencoded + means a space in Basic and in a form.
func TestPlusInSecret(t *testing.T) {
	c := standard(t, "client_secret", "p@ss+w/rd")
	id, _ := c.values.Text("client_id")
	raw, _ := http.NewRequest(http.MethodPost, "/", nil)
	raw.SetBasicAuth(id, "p@ss+w/rd")
	got := c.posted(c.p.Token, url.Values{"grant_type": {"client_credentials"}}, "Authorization", raw.Header.Get("Authorization"))
	if want := "; in a form and in Basic a + means a space: send %2B (RFC 6749 §2.3.1)"; got.event.Refusal != "invalid_client" || !strings.HasSuffix(got.event.Diagnosis, want) {
		t.Errorf("%+v", got.event)
	}
	c.silent(got.event.Diagnosis)
}

// TestOnlyStandardsTakePost checks that other vendors accept only the documented request.
func TestOnlyStandardsTakePost(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		for _, s := range c.p.Requests() {
			if s.Method != http.MethodGet || c.p.Exchange != nil && c.p.Exchange.Form["grant_type"] == "authorization_code" {
				continue
			}
			if slices.ContainsFunc(s.Also, func(also profile.Also) bool { return also.Method == http.MethodPost }) {
				continue
			}
			if s.Name != "authorize" {
				c.ready(s)
			}
			if got := c.posted(s, url.Values{"access_token": {"x"}}); got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s: %d %s", s.Name, got.status, got.body)
			}
		}
	})
}

// TestClientAuthentication checks that a client may authenticate by Basic or in the body,
// unless the user chose one, but not by both (RFC 6749 §2.3) or neither.
func TestClientAuthentication(t *testing.T) {
	type want struct{ basic, post, both, none, id profile.Kind }
	either := want{"", "", "bad_request", "invalid_client", "invalid_client"}
	for method, want := range map[string]want{
		"":                    either,
		"client_secret_basic": {"", "invalid_client", "invalid_client", "invalid_client", "invalid_client"},
		"client_secret_post":  {"invalid_client", "", "invalid_client", "invalid_client", "invalid_client"},
	} {
		var set []string
		if method != "" {
			set = []string{"token_endpoint_auth_method", method}
		}
		c := standard(t, set...)
		id, _ := c.values.Text("client_id")
		own, _ := c.values.Text("client_secret")
		for _, wrong := range []string{"", "x"} {
			basic, _ := http.NewRequest(http.MethodPost, "/", nil)
			basic.SetBasicAuth(id, own+wrong)
			header := []string{"Authorization", basic.Header.Get("Authorization")}
			grant := func(pairs ...string) url.Values {
				form := url.Values{"grant_type": {"client_credentials"}}
				for i := 0; i < len(pairs); i += 2 {
					form.Set(pairs[i], pairs[i+1])
				}
				return form
			}
			body := grant("client_id", id, "client_secret", own+wrong)
			for how, test := range map[string]struct {
				got  answer
				want profile.Kind
			}{
				"basic":                  {c.posted(c.p.Token, grant(), header...), want.basic},
				"basic and an id":        {c.posted(c.p.Token, grant("client_id", id), header...), want.basic},
				"the body":               {c.posted(c.p.Token, body), want.post},
				"both":                   {c.posted(c.p.Token, body, header...), want.both},
				"none":                   {c.posted(c.p.Token, grant()), want.none},
				"only an id":             {c.posted(c.p.Token, grant("client_id", id)), want.id},
				"a secret without an id": {c.posted(c.p.Token, grant("client_secret", own)), want.none},
			} {
				expected := test.want
				if wrong != "" && !strings.HasPrefix(how, "a secret") {
					expected = "invalid_client"
				}
				if got := test.got; got.event.Refusal != expected || got.verdict.OK != (expected == "") {
					t.Errorf("%q: by %s, wrong %q: %d %s %+v", method, how, wrong, got.status, got.body, got.event)
				}
				c.silent(test.got.event.Diagnosis)
			}
		}
	}
	c := standard(t)
	c.values["client_secret"] = secret.New("x")
	got := c.posted(c.p.Token, url.Values{"grant_type": {"client_credentials"}})
	if want := "headers.Authorization: is missing: expected Basic and base64 of client_id:client_secret, or client_id and client_secret in the body"; got.event.Diagnosis != want {
		t.Error(got.event.Diagnosis)
	}
}
