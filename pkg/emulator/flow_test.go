package emulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

func TestEveryStep(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		user := emulator.DefaultUsers()[0]
		for _, s := range c.p.Steps() {
			if s.Name == "authorize" {
				continue
			}
			got := c.run(s)
			if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") == "" {
				t.Errorf("%s: %d %v", s.Name, got.status, got.header)
			}
			if subject := profile.Text(got.read["subject"]); subject != "" && !strings.Contains(subject, user.Subject) {
				t.Errorf("%s: subject %s is not exact", s.Name, subject)
			}
			if name, ok := got.read["name"]; ok && name != user.Name {
				t.Errorf("%s: name %v", s.Name, name)
			}
			if token := profile.Text(got.read["access_token"]); token != "" && !strings.Contains(token, "emulated") {
				t.Errorf("%s: the token %s looks real", s.Name, token)
			}
			if strings.Contains(got.body, "{") != strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
				t.Errorf("%s: %s for %s", s.Name, got.header.Get("Content-Type"), got.body)
			}
			if got.event.Diagnosis != "" || len(got.event.Problems) > 0 || got.event.Step != s.Name || got.event.Profile != c.p.Name {
				t.Errorf("%s: %+v", s.Name, got.event)
			}
		}
	})
}

func TestTokensAreNew(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		for _, s := range []*profile.Step{c.p.Exchange, c.p.Token, c.p.Refresh} {
			if s == nil {
				continue
			}
			if one, two := c.run(s), c.run(s); one.read["access_token"] == two.read["access_token"] {
				t.Errorf("%s: the same token twice: %v", s.Name, one.read["access_token"])
			}
		}
	})
}

func TestAuthorizeGoesBackWithCodeAndState(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		if c.p.Authorize == nil {
			return
		}
		for _, redirect := range []string{
			"http://127.0.0.1/callback", "http://127.0.0.1:8976/a/b?x=1&y=%20", "http://[::1]:1/", "http://localhost:80/cb?", "http://localhost:80",
		} {
			c.values["redirect_uri"] = redirect
			back := c.authorize(c.build(c.p.Authorize))
			query := back.Query()
			if !strings.HasPrefix(back.String(), redirect) || query.Get(c.p.Authorize.CodeParams()[0]) == "" {
				t.Errorf("%s: %s", redirect, back)
			}
			want := ""
			if c.p.Authorize.Uses("state") {
				want = "State0123456789"
			}
			if query.Get("state") != want || query.Has("state") != (want != "") {
				t.Errorf("%s: state %q, want %q", redirect, query.Get("state"), want)
			}
		}
		if _, checked := c.p.Inputs["state"]; !checked && c.p.Authorize.Uses("state") {
			odd := "a b&c=d+é%/?#\n"
			c.values["state"] = odd
			if got := c.authorize(c.build(c.p.Authorize)).Query().Get("state"); got != odd {
				t.Errorf("state came back as %q, want %q", got, odd)
			}
		}
	})
}

func TestAuthorizeRefusesOnAPage(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		s := c.p.Authorize
		if s == nil {
			return
		}
		refused := func(name string, w *wire) {
			t.Helper()
			got := c.send(s, w)
			if got.status != http.StatusBadRequest || got.header.Get("Location") != "" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
				t.Errorf("%s: %d %v", name, got.status, got.header)
			}
			if got.event.Refusal == "" || got.event.Diagnosis == "" || got.event.Step != "authorize" {
				t.Errorf("%s: %+v", name, got.event)
			}
			c.silent(got.body)
		}
		for key, template := range members(s) {
			if ph, _ := template.Only(); ph.Optional {
				continue
			}
			w := c.build(s)
			w.set(t, key, nil)
			refused("without "+key, w)
			w = c.build(s)
			w.URL.RawQuery += "&" + w.URL.RawQuery
			refused(key+" twice", w)
			if ph, only := template.Only(); !only || ph.Name == "client_id" || ph.Name == "code_challenge" {
				w := c.build(s)
				w.set(t, key, "<script>")
				refused(key+" wrong", w)
			}
		}
		for _, redirect := range []string{
			"https://example.com/callback", "http://example.com/callback", "http://127.0.0.1.example.com/", "https://127.0.0.1/callback",
			"http://user@127.0.0.1/callback", "http://127.0.0.1/callback#fragment", "http://127.0.0.1/callback#", "//127.0.0.1/", "javascript:alert(1)", "http://127.0.0.2/", "http://localhost@example.com/",
		} {
			w := c.build(s)
			key, _ := holding(s, "redirect_uri")
			w.set(t, key, redirect)
			refused(redirect, w)
		}
		if in := c.p.Inputs["state"]; in.Pattern != "" {
			w := c.build(s)
			key, _ := holding(s, "state")
			w.set(t, key, "short")
			refused("state of another form", w)
		}
	})
}

func TestIssueCode(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		redirect := "http://localhost:1234/x"
		if c.p.Authorize != nil {
			c.values["redirect_uri"] = redirect
		}
		challenge, _ := c.values.Text("code_challenge")
		code, err := c.IssueCode(c.p.Name, emulator.Grant{RedirectURI: redirect, State: "State0123456789", CodeChallenge: challenge})
		if err != nil {
			t.Fatal(err)
		}
		c.values["code"] = code
		s := c.p.Exchange
		if s == nil {
			s = c.p.UserInfo
		}
		if s.Uses(profile.AppToken) {
			c.run(c.p.Token)
		}
		c.pass(s)

		for name, g := range map[string]emulator.Grant{
			"a stranger's redirect_uri": {RedirectURI: "https://example.com/"},
			"a challenge of no digest":  {CodeChallenge: "short"},
		} {
			if code, err := c.IssueCode(c.p.Name, g); err == nil || code != "" {
				t.Errorf("%s: %q, %v", name, code, err)
			}
		}
		if _, err := c.IssueCode(c.p.Name+"-not", emulator.Grant{}); err == nil {
			t.Error("a code for a profile that is not served")
		}
	})
}

func TestInputsAreServed(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		for name, in := range c.p.Inputs {
			if v, ok := c.Inputs(c.p.Name).Text(name); !ok && (in.Required || in.Secret) {
				t.Errorf("%s has no value", name)
			} else if u, err := url.Parse(v); err == nil && u.Host != "" && name != "redirect_uri" && v != c.address && !strings.HasPrefix(v, c.address+"/"+c.p.Name) {
				t.Errorf("%s is %s, which is not the emulator's", name, v)
			}
		}
	})
}
