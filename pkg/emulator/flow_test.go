package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

func TestEveryStep(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		user := emulator.DefaultUsers()[0]
		for _, s := range c.p.Requests() {
			if s.Name == "authorize" {
				continue
			}
			got := c.run(s)
			if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" || got.body != "" && got.header.Get("Content-Type") == "" {
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
			if json.Valid([]byte(got.body)) != strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
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
			stays, _, _ := profile.Reissue(s.Again)
			if one, two := c.run(s), c.run(s); (one.read["access_token"] == two.read["access_token"]) != stays {
				t.Errorf("%s: the tokens %v and %v, want the same: %v", s.Name, one.read["access_token"], two.read["access_token"], stays)
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

// TestAuthorizeRefuses checks that errors are redirected to an accepted redirect_uri with the
// state (RFC 6749 §4.1.2.1), and shown on a page if the redirect_uri or the client is
// unknown.
func TestAuthorizeRefuses(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		s := c.p.Authorize
		if s == nil {
			return
		}
		for key, template := range members(s) {
			ph, only := template.Only()
			stranger := only && c.p.Inputs[ph.Name].Required
			name := strings.TrimPrefix(key, "query.")
			change := func(how, name string, f func(w *wire)) {
				t.Helper()
				w := c.build(s)
				f(w)
				c.refusesAuthorize(t, how, w, stranger, name)
			}
			lacks := func(r profile.Also) bool { _, has := r.Query[name]; return r.URL == s.URL && !has }
			if !ph.Optional && !slices.ContainsFunc(s.Alternatives(), lacks) {
				change("without "+key, name, func(w *wire) { w.set(t, key, nil) })
			}
			change(key+" twice", name, func(w *wire) { w.URL.RawQuery += "&" + name + "=a&" + name + "=b" })
			if !only || ph.Name == "client_id" || ph.Name == "code_challenge" {
				change(key+" wrong", name, func(w *wire) { w.set(t, key, "<script>") })
			}
		}
		w := c.build(s)
		w.URL.RawQuery += "&%zz"
		c.refusesAuthorize(t, "a query that cannot be read", w, true, "query")
		for _, redirect := range []string{
			"https://example.com/callback", "http://example.com/callback", "http://127.0.0.1.example.com/", "https://127.0.0.1/callback",
			"http://user@127.0.0.1/callback", "http://127.0.0.1/callback#fragment", "http://127.0.0.1/callback#", "//127.0.0.1/", "javascript:alert(1)",
			"http://127.0.0.2/", "http://localhost@example.com/", "javascript://127.0.0.1/%0aalert(1)", "data://x/", "file:///etc/passwd", "myapp:cb", "myapp://cb#f", "/callback", "callback",
		} {
			w := c.build(s)
			key, _ := holding(s, "redirect_uri")
			w.set(t, key, redirect)
			c.refusesAuthorize(t, redirect, w, true, strings.TrimPrefix(key, "query."))
		}
		if in := c.p.Inputs["state"]; in.Pattern != "" {
			w := c.build(s)
			key, _ := holding(s, "state")
			w.set(t, key, "short")
			c.refusesAuthorize(t, "state of another form", w, false, "state")
		}
	})
}

// refusesAuthorize checks that an authorize request is refused because of this member: on
// a page if stranger, otherwise by a redirect with the vendor's code for the fault.
func (c *party) refusesAuthorize(t *testing.T, how string, w *wire, stranger bool, member string) {
	t.Helper()
	asked := w.URL.Query()
	got := c.send(c.p.Authorize, w)
	if e := got.event; e.Refusal == "" || e.Step != "authorize" || !strings.Contains(e.Diagnosis, member+": ") {
		t.Errorf("%s: %+v", how, e)
	}
	c.silent(got.body)
	if stranger {
		if got.event.VendorCode != "" || got.status != http.StatusBadRequest || got.header.Get("Location") != "" || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %v", how, got.status, got.header)
		}
		return
	}
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusFound {
		t.Fatalf("%s: %d %v", how, got.status, got.header)
	}
	query := back.Query()
	refusal, listed := c.p.Refusal(query.Get("error"), query.Get("error_description"))
	if got.event.VendorCode != query.Get("error") || !listed || refusal.Kind != got.event.Refusal && !slices.Contains(standIns[got.event.Refusal], refusal.Kind) || refusal.Member != "" && refusal.Member != member {
		t.Errorf("%s: error=%s is %+v, refused as %s", how, query.Get("error"), refusal, got.event.Refusal)
	}
	terse := c.p.Authorize.RefusalExample != "" && !strings.Contains(string(c.p.Authorize.RefusalExample), "{message}")
	if query.Get("error_description") == "" && !terse || query.Has(c.p.Authorize.CodeParams()[0]) {
		t.Errorf("%s: %v", how, query)
	}
	key, has := holding(c.p.Authorize, "state")
	if want := asked[strings.TrimPrefix(key, "query.")]; has && len(want) == 1 && query.Get("state") != want[0] {
		t.Errorf("%s: state %q, want %q", how, query.Get("state"), want)
	}
}

// TestOwnSchemes checks that the browser returns to an app by its private-use scheme (RFC
// 8252 §7.1), on success and on failure.
func TestOwnSchemes(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		s := c.p.Authorize
		if s == nil {
			return
		}
		for _, redirect := range []string{"com.example.app:/cb", "com.example.app:/cb?x=1", "com.example.app:cb", "myapp://cb", "myapp://login/done", "myapp:///cb"} {
			c.values["redirect_uri"] = redirect
			back := c.authorize(c.build(s))
			if says := c.says(back); !strings.HasPrefix(back.String(), redirect) || !issued.MatchString(says.Code) || says.Error != "" {
				t.Errorf("%s: %s", redirect, back)
			}
			if err := c.refuseNext(c.p.Name, "authorize", "rate_limited"); err != nil { // possible for every vendor
				t.Fatal(err)
			}
			back = c.authorize(c.build(s))
			if says := c.says(back); !strings.HasPrefix(back.String(), redirect) || says.Error == "" || says.Code != "" {
				t.Errorf("%s: %s", redirect, back)
			}
		}
		c.values["redirect_uri"] = "com.example.app:/cb"
		c.run(first(c.p)) // the code works with the same redirect_uri
	})
}

// first returns the first step that takes a code.
func first(p *profile.Profile) *profile.Step {
	if p.Exchange != nil {
		return p.Exchange
	}
	return p.UserInfo
}

// teller returns the step whose response says who logged in.
func teller(p *profile.Profile) *profile.Step {
	if u := p.UserInfo; u != nil && (p.Exchange == nil || u.Read["subject"] != "") {
		return u
	}
	return p.Exchange
}

// TestStrict checks that Strict requires state and PKCE of vendors for which they are
// optional. Other vendors always require them.
func TestStrict(t *testing.T) {
	optional := 0
	for _, strict := range []bool{false, true} {
		w := startWith(t, func(o *emulator.Options) { o.Strict = strict }, builtins(t)...)
		for _, p := range w.profiles {
			if p.Authorize == nil {
				continue
			}
			for _, name := range []string{"state", "code_challenge"} {
				key, has := holding(p.Authorize, name)
				if !has {
					continue
				}
				ph, _ := members(p.Authorize)[key].Only()
				c := w.party(t, p)
				request := c.build(p.Authorize)
				request.set(t, key, nil)
				if name == "code_challenge" {
					request.set(t, key+"_method", nil)
				}
				got := c.send(p.Authorize, request)
				back, err := url.Parse(got.header.Get("Location"))
				if err != nil || got.status != http.StatusFound {
					t.Fatalf("%s: %d %v", p.Name, got.status, err)
				}
				accepted := back.Query().Get("error") == ""
				if want := ph.Optional && !strict; accepted != want || accepted != (got.event.Diagnosis == "") {
					t.Errorf("%s without %s, strict %v: accepted %v, want %v: %s", p.Name, name, strict, accepted, want, got.event.Diagnosis)
				}
				if ph.Optional {
					optional++
				}
			}
		}
	}
	if optional == 0 {
		t.Error("no profile has optional state or PKCE")
	}
}

// TestPKCEIsCheckedWhenSent checks that optional PKCE is refused if either half is missing or
// invalid.
func TestPKCEIsCheckedWhenSent(t *testing.T) {
	met := 0
	each(t, func(t *testing.T, c *party) {
		s := c.p.Authorize
		if s == nil || !s.Uses("code_challenge") {
			return
		}
		met++
		key, _ := holding(s, "code_challenge")
		for how, change := range map[string]func(w *wire){
			"code_challenge":        func(w *wire) { w.set(t, key, nil) },                     // a method alone
			"code_challenge_method": func(w *wire) { w.set(t, key+"_method", "plain") },       // not supported
			key + "_method":         func(w *wire) { w.set(t, key+"_method", nil) },           // would mean plain
			"query.code_challenge":  func(w *wire) { w.set(t, key, strings.Repeat("=", 43)) }, // not base64url
		} {
			w := c.build(s)
			change(w)
			c.refusesAuthorize(t, how, w, false, strings.TrimPrefix(how, "query."))
		}
		challenge, verifier := c.values["code_challenge"], c.values["code_verifier"]
		trade := func(challenge, verifier any, want profile.Kind) {
			t.Helper()
			delete(c.values, "code_challenge")
			delete(c.values, "code_verifier")
			w := c.build(s)
			w.set(t, key+"_method", nil)
			if challenge != nil {
				c.values["code_challenge"] = challenge
				w = c.build(s)
			}
			c.values["code"] = c.authorize(w).Query().Get(s.CodeParams()[0])
			if verifier != nil {
				c.values["code_verifier"] = verifier
			}
			got := c.send(c.p.Exchange, c.build(c.p.Exchange))
			if got.event.Refusal != want || got.verdict.OK != (want == "") {
				t.Errorf("challenge %v, verifier %v: %d %s %+v", challenge, verifier, got.status, got.body, got.event)
			}
		}
		trade(nil, nil, "")
		trade(challenge, verifier, "")
		trade(challenge, nil, "missing_parameter")
		trade(nil, verifier, "bad_request")
		trade(challenge, strings.Repeat("x", 43), "invalid_code")
	})
	if met == 0 {
		t.Error("no profile has PKCE")
	}
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
		s := redeems(c.p)
		if s.Uses(profile.AppToken) {
			c.run(c.p.Token)
		}
		c.pass(s)

		for name, g := range map[string]emulator.Grant{
			"a stranger's redirect_uri": {RedirectURI: "https://example.com/"},
			"an invalid code_challenge": {CodeChallenge: "short"},
		} {
			if code, err := c.IssueCode(c.p.Name, g); err == nil || code != "" {
				t.Errorf("%s: %q, %v", name, code, err)
			}
		}
		if _, err := c.IssueCode(c.p.Name+"-not", emulator.Grant{}); err == nil {
			t.Error("got a code for a profile that is not served")
		}
	})
}

func TestInputsAreServed(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		for name, in := range c.p.Inputs {
			if v, ok := c.Inputs(c.p.Name).Text(name); !ok && (in.Required || in.Secret) && name != "client_key" { // which only some clients have
				t.Errorf("%s has no value", name)
			} else if name == "issuer" {
				continue // it only identifies the vendor in tokens
			} else if u, err := url.Parse(v); err == nil && u.Host != "" && name != "redirect_uri" && v != c.address && !strings.HasPrefix(v, c.address+"/"+c.p.Name) {
				t.Errorf("%s is %s, which is not below the emulator's address", name, v)
			}
		}
	})
}
