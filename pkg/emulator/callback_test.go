package emulator_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// redirecting is a profile whose [authorize] ends with these lines.
func redirecting(t *testing.T, lines string) *profile.Profile {
	t.Helper()
	p, err := profile.Load("acme", profile.Sources{Builtin: fstest.MapFS{"acme.toml": {Data: []byte(`
[inputs]
base_url = { default = "https://sso.example.com" }
client_id = { required = true }
redirect_uri = { required = true }
[reply]
ok = ".ok"
[exchange]
method = "GET"
url = "{base_url}/{realm_id?}token"
query = { code = "{code}" }
read = { access_token = ".t" }
example = '{"ok":true,"t":"{access_token}"}'
[authorize]
method = "GET"
url = "{base_url}/authorize"
query = { client_id = "{client_id}", redirect_uri = "{redirect_uri}", state = "{state}", response_mode = "{mode?}", login_hint = "{hint?}" }
read = { code = ".auth_code", realm_id = ".realm" }
code = 'if .usercancel then "usercancel" else .error end'
example = 'client={client_id}&auth_code={code}&realm=R1&user={"n":"{nickname}"}&hint={hint}&mail={email}&state={state}'
` + lines)}}})
	if err != nil {
		t.Fatal(err)
	}
	p.Declare("mode")
	p.Declare("hint")
	return p
}

// brought returns the address that a response sends the browser to, and the parameters in
// order, with the code replaced. how is 302, 303, form or fragment.
func brought(t *testing.T, got seen) (how, to, params string) {
	t.Helper()
	how = "form"
	if m := action.FindStringSubmatch(got.body); got.status == 200 && m != nil {
		to = html.UnescapeString(m[1])
		var pairs []string
		for _, m := range regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(got.body, -1) {
			pairs = append(pairs, html.UnescapeString(m[1])+"="+html.UnescapeString(m[2]))
		}
		params = strings.Join(pairs, "&")
	} else {
		how = strings.Fields(got.header.Get("Location") + " none")[0]
		before, fragment, inFragment := strings.Cut(how, "#")
		to, params, _ = strings.Cut(before, "?")
		if how = map[int]string{302: "302", 303: "303"}[got.status]; inFragment {
			how, params = "fragment", fragment
		}
	}
	return how, to, issued.ReplaceAllString(params, "C")
}

func TestCallbacks(t *testing.T) {
	const back = "http://127.0.0.1:7/cb"
	const whole = "client=K&auth_code=C&realm=R1&user=%7B%22n%22:%22%5C%22Al%5C%22%22%7D&mail=al%2Bx%40example.com&state=S%2B1"
	const posted = `client=K&auth_code=C&realm=R1&user={"n":"\"Al\""}&mail=al+x@example.com&state=S+1`
	for _, tt := range []struct {
		name, lines, approve, query string
		decide                      string // approve or deny, on the page
		how, params                 string
	}{
		{"a code", "", "auto", "", "", "302", whole},
		{"by a form", "", "auto", "response_mode=form_post", "", "form", posted},
		{"in the fragment", "", "auto", "response_mode=fragment", "", "fragment", whole},
		{"in the query, explicitly", "", "auto", "response_mode=query", "", "302", whole},
		{"a value of the request", "", "auto", "login_hint=al%26x", "", "302", strings.Replace(whole, "&mail", "&hint=al%26x&mail", 1)},
		{"no", "", "deny", "", "", "302", "error=access_denied&error_description=denied+%28emulated%29&state=S%2B1"},
		{"no, by a form", "", "deny", "response_mode=form_post", "", "form", "error=access_denied&error_description=denied (emulated)&state=S+1"},
		{"no, in the vendor's way", `refusal_example = "usercancel=1&state={state}"`, "deny", "", "", "302", "usercancel=1&state=S%2B1"},
		{"no, by the state alone", `refusal_example = "state={state}"`, "deny", "response_mode=fragment", "", "fragment", "state=S%2B1"},
		{"no, with the vendor's code", "refusal_example = 'err={code}&why={message}&state={state}'\n[[refusals]]\ncode = 7\nkind = 'denied'\nen = 'No.'", "deny", "", "", "302", "err=7&why=denied+%28emulated%29&state=S%2B1"},
		{"approved on the page", "", "ask", "", "approve", "303", whole},
		{"approved on the page, by a form", "", "ask", "response_mode=form_post", "approve", "form", posted},
		{"denied on the page", `refusal_example = "usercancel=1&state={state}"`, "ask", "", "deny", "303", "usercancel=1&state=S%2B1"},
		{"denied on the page, by a form", `refusal_example = "usercancel=1&state={state}"`, "ask", "response_mode=form_post", "deny", "form", "usercancel=1&state=S+1"},
		{"scanned", "scan = true", "ask", "", "scan", "302", whole},
		{"scanned, by a form", "scan = true", "ask", "response_mode=form_post", "scan", "form", posted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := redirecting(t, tt.lines)
			for name, value := range map[string]string{"client_id": "K", "redirect_uri": back} {
				if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
					t.Fatal(err)
				}
			}
			w := startWith(t, func(o *emulator.Options) {
				o.Approve, o.Users = tt.approve, []emulator.User{{Subject: "1", Nickname: `"Al"`, Email: "al+x@example.com"}}
			}, p)
			query := url.Values{"client_id": {"K"}, "redirect_uri": {back}, "state": {"S+1"}}.Encode()
			got := w.visits(t, w.address+"/acme/authorize?"+query+"&"+tt.query, nil, nil)
			switch tt.decide {
			case "approve", "deny":
				to, fields := w.form(t, got)
				got = w.visits(t, to, with(fields, "decision", tt.decide, "user", "1"), nil)
			case "scan":
				page := got.body
				if _, _, err := w.Scan("acme", "confirm", ""); err != nil {
					t.Fatal(err)
				}
				got = w.visits(t, w.address+found(t, watchAt, page), nil, nil)
			}
			how, to, params := brought(t, got)
			if diff := cmp.Diff([]string{tt.how, back, tt.params}, []string{how, to, params}); diff != "" {
				t.Errorf("HTTP %d (-want +got):\n%s", got.status, diff)
			}
		})
	}
}

// TestCodesInTheVendorsForm checks that the text around {code} in the example of a redirect
// belongs to the code, unless the profile's expression removes it.
func TestCodesInTheVendorsForm(t *testing.T) {
	for _, tt := range []struct{ example, read, want string }{
		{"auth_code={code}&state={state}", ".auth_code", "C"},
		{"auth_code=ST-{code}.1&state={state}", ".auth_code", "ST-C.1"},
		{"auth_code=ST-{code}&state={state}", `.auth_code | ltrimstr("ST-")`, "C"},
	} {
		p := redirecting(t, "")
		p.Authorize.Example, p.Authorize.Read["code"] = recipe.Template(tt.example), tt.read
		c := start(t, p).party(t, p)
		c.login()
		code, _ := c.values.Text("code")
		random := issued.FindString(code)
		if got := strings.Replace(code, random, "C", 1); random == "" || got != tt.want {
			t.Errorf("%s, read with %s: got %q, want %q", tt.example, tt.read, got, tt.want)
		}
		c.pass(p.Exchange)
		c.login()
		if tt.want != "C" {
			c.values["code"] = random
			if got := c.send(p.Exchange, c.build(p.Exchange)); got.event.Refusal != "invalid_code" {
				t.Errorf("%s: a part of the code: %+v", tt.example, got.event)
			}
		}
	}
}
