package profile_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// redirecting is a profile whose [authorize] ends with these lines.
func redirecting(t *testing.T, lines string) *profile.Profile {
	t.Helper()
	return load(t, "acme", sources(t, files{"acme.toml": `
[inputs]
base_url = { default = "https://sso.example.com" }
redirect_uri = { required = true }
[reply]
ok = ".ok"
code = ".reply_code"
message = ".reply_message"
[authorize]
method = "GET"
url = "{base_url}/authorize"
query = { redirect_uri = "{redirect_uri}", state = "{state}" }
` + lines}, "", ""))
}

func TestRedirectReader(t *testing.T) {
	t.Parallel() // one expression never ends
	const (
		names    = `callback.code = ["ticket", "code"]`
		auth     = `read = { code = ".auth_code" }`
		cancel   = `code = 'if .usercancel then "usercancel" else .error end'`
		vendor   = "code = '.errcode | select(. != \"0\")'\nmessage = '.errmsg'"
		posted   = `read = { name = '.user | fromjson? | .name | "\(.first) \(.last)"', email = '.user | fromjson? | .email', realm_id = ".realmId" }`
		wrapped  = `read = { code = '.data | fromjson? | .code', org = '.data | fromjson? | .org' }`
		forever  = `read = { code = 'def f: f; f' }`
		person   = `{"name":{"first":"Ada","last":"L"},"email":"ada@example.com"}`
		twoNames = "code = '.denied // .error'"
	)
	type want struct {
		Says   profile.Redirected
		Values map[string]any
	}
	code := func(text string) profile.Redirected { return profile.Redirected{Code: text} }
	no := func(text, message string) profile.Redirected {
		return profile.Redirected{Error: text, Message: message}
	}
	repeated := func(names ...string) profile.Redirected { return profile.Redirected{Repeated: names} }
	for _, tt := range []struct {
		authorize, query string
		want             want
	}{
		{"", "code=C&state=S", want{Says: code("C")}},
		{"", "error=access_denied&error_description=No&state=S", want{Says: no("access_denied", "No")}},
		{"", "reply_code=1&reply_message=x", want{}}, // [reply] is about responses
		{"", "", want{}},
		{names, "ticket=T", want{Says: code("T")}},
		{auth, "auth_code=C&app_id=1", want{Says: code("C")}},
		{auth, "code=C", want{}},
		{cancel, "usercancel=1&state=S", want{Says: no("usercancel", "")}},
		{cancel, "error=x&error_description=y", want{Says: no("x", "y")}},
		{cancel, "code=C", want{Says: code("C")}},
		{vendor, "errcode=0&code=C", want{Says: code("C")}},
		{vendor, "errcode=-1&errmsg=system+busy", want{Says: no("-1", "system busy")}},
		{posted, "code=C&user=" + url.QueryEscape(person) + "&realmId=9", want{code("C"), map[string]any{"name": "Ada L", "email": "ada@example.com", "realm_id": "9"}}},
		{posted, "code=C&user=%7B&realmId=", want{Says: code("C")}},
		{wrapped, "data=" + url.QueryEscape(`{"code":"C","org":7}`), want{code("C"), map[string]any{"org": json.Number("7")}}},
		{twoNames, "denied=false", want{Says: no("false", "")}},

		// A parameter that occurs twice is a list, which is neither a code nor an error.
		{"", "code=A&code=B", want{Says: profile.Redirected{Code: "AB", Repeated: []string{"code"}}}},
		{"", "error=a&error=b", want{Says: profile.Redirected{Error: "a", Repeated: []string{"error"}}}},
		{"", "error=a&error_description=b&error_description=c", want{Says: profile.Redirected{Error: "a", Message: "b", Repeated: []string{"error_description"}}}},
		{names, "ticket=A&code=A", want{Says: profile.Redirected{Code: "AA", Repeated: []string{"ticket", "code"}}}},
		{auth, "auth_code=A&auth_code=B", want{Says: repeated("auth_code")}},
		{vendor, "errcode=1&errcode=0", want{Says: repeated("errcode")}},
		{posted, "code=C&realmId=1&realmId=2", want{code("C"), map[string]any{"realm_id": []any{"1", "2"}}}},
		{forever, "code=C", want{}},
	} {
		r, err := redirecting(t, tt.authorize).RedirectReader()
		if err != nil {
			t.Fatal(err)
		}
		params, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if tt.want.Values == nil {
			tt.want.Values = map[string]any{}
		}
		if diff := cmp.Diff(tt.want, want{r.Says(params), r.Values(params)}); diff != "" {
			t.Errorf("%s\n%s (-want +got):\n%s", tt.authorize, tt.query, diff)
		}
	}
}

// The parameters that an expression reads are the names of the code and the error in
// messages, and are not part of the redirect_uri.
func TestCallbackParams(t *testing.T) {
	s := redirecting(t, `
read = { code = ".auth_code // .code", email = '.user | fromjson? | .email' }
code = 'if has("usercancel") then "x" else .["err-code"] end'
message = ".why"
example = "auth_code={code}&tenant=7&state={state}"
`).Authorize
	got := [][]string{s.CodeParams(), s.ErrorParams(), s.CallbackParams()}
	want := [][]string{
		{"auth_code", "code"},
		{"usercancel", "err-code"},
		{"auth_code", "code", "email", "err-code", "error", "error_description", "error_uri", "tenant", "user", "usercancel", "why"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLintRedirect(t *testing.T) {
	for lines, want := range map[string][]string{
		"": nil,
		`example = "code={code}&state={state}&org=7"`: nil,
		`refusal_example = "usercancel=1&state={state}"` + "\n" + `code = 'if .usercancel then "usercancel" else .error end'`: nil,
		`refusal_example = "state={state}"`:                                                                     nil,
		`refusal_example = "error={code}&state={state}"`:                                                        nil,
		`read = { code = ".auth_code" }` + "\n" + `example = "auth_code={code}&state={state}"`:                  nil,
		`read = { code = '.data | fromjson.code' }` + "\n" + `example = 'data={"code":"{code}"}&state={state}'`: nil,
		"state = \"optional\"\nexample = \"code={code}\"":                                                       nil,

		`example = "state={state}"`: {"user.toml:10: authorize.example: has no {code}, so no login with the emulator can end"},
		`example = "code={code}"`:   {"user.toml:10: authorize.example: has no {state}, so no login with the emulator can end"},
		`example = "https://app.example.com/cb?code={code}&state={state}"`: {"user.toml:10: authorize.example: expected the query of a redirect, such as code={code}&state={state}"},
		`example = "{code}"`:                                                          {"user.toml:10: authorize.example: expected the query of a redirect, such as code={code}&state={state}"},
		`example = "code={code}&state={state}&x=%zz"`:                                 {"user.toml:10: authorize.example: expected the query of a redirect, such as code={code}&state={state}"},
		`example = "ticket={code}&state={state}"`:                                     {"user.toml:10: authorize.example: the code is not found in the example"},
		`example = "code={code}&code={code}&state={state}"`:                           {"user.toml:10: authorize.example: the code is not found in the example"},
		`example = "code={code}&state={state}&x={ nick }"`:                            {`user.toml:10: authorize.example: "{ nick }" is sent literally: a placeholder is written {name} or {name?}`},
		"read = { code = '.auth_cod' }\nexample = \"auth_code={code}&state={state}\"": {"user.toml:10: authorize.read.code: the code is not found in the example"},
		"code = '.errcode'\nexample = \"code={code}&errcode=0&state={state}\"":        {"user.toml:10: authorize.code: finds an error in the example, which has a code"},
		`example = "code={code}&state={state}&n={nicknam}"`:                           {"user.toml:10: authorize.example: unknown placeholder {nicknam}; did you mean nickname?"},
		`example = "code={code}&state={state}&n={message}"`:                           {"user.toml:10: authorize.example: unknown placeholder {message}"},
		`refusal_example = "error={code}"`:                                            {"user.toml:10: authorize.refusal_example: has no {state}, so the client ignores it"},
		`refusal_example = "usercancel=1&state={state}"`:                              {"user.toml:10: authorize.refusal_example: has no error that the key code finds"},
		`refusal_example = "code=1&error=x&state={state}"`:                            {"user.toml:10: authorize.refusal_example: has a code"},
		"read = { name = '.user | (' }":                                               {`user.toml:10: authorize.read.name: jq ".user | (": unexpected EOF`},
		"ok = '.x'\ntrace = '.id'\nresponse = \"form\"": {
			"user.toml:10: authorize.ok: has no effect in [authorize]: read the redirect with read, code and message",
			"user.toml:11: authorize.trace: has no effect in [authorize]: read the redirect with read, code and message",
			"user.toml:12: authorize.response: has no effect in [authorize]: read the redirect with read, code and message",
		},
		"headers = { X-A = \"1\" }": {"user.toml:10: authorize.headers: is not sent: a browser opens only the address; use query"},
		"[profiles.acme.exchange]\nmethod = \"GET\"\nurl = \"{base_url}/x\"\nquery = { code = \"{code}\" }\nscan = true\nstate = \"optional\"\ncallback = { code = [\"x\"] }": {
			"user.toml:14: exchange.scan: only [authorize] can have this key",
			"user.toml:15: exchange.state: only [authorize] can have this key",
			"user.toml:16: exchange.callback: only [authorize] can have this key",
		},
		// Values of the redirect are available to the steps of a login, but not to the
		// application's token.
		"read = { org = \".org\" }\n[profiles.acme.exchange]\nmethod = \"GET\"\nurl = \"{base_url}/{org}\"\nquery = { code = \"{code}\" }": nil,
		"read = { org = \".org\" }\nexample = \"code={code}&state={state}\"\n[profiles.acme.exchange]\nmethod = \"GET\"\nurl = \"{base_url}/{org}\"\nquery = { code = \"{code}\" }": {
			"user.toml:10: authorize.read.org: finds nothing in the example, and a later step needs it",
		},
		"read = { org = \".org\" }\n[profiles.acme.token]\nmethod = \"GET\"\nurl = \"{base_url}/{org}\"": {
			"user.toml:13: token.url: {org} has no value here: it is read by [authorize], but not before [token] runs",
		},
	} {
		user := `[profiles.acme.inputs]
base_url = { default = "https://sso.example.com" }
redirect_uri = { required = true }
[profiles.acme.reply]
ok = ".ok"
[profiles.acme.authorize]
method = "GET"
url = "{base_url}/authorize"
query = { redirect_uri = "{redirect_uri}", state = "{state}" }
` + lines
		var got []string
		for _, e := range profile.Check("acme", sources(t, nil, user, "")) {
			got = append(got, e.Error())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lines, diff)
		}
	}
}

// Values are escaped for the query, and for JSON where a parameter is JSON.
func TestExpandRedirect(t *testing.T) {
	values := map[string]string{"code": "a+b&c", "state": "S=1", "name": `A "b" é`, "org": ""}
	for example, want := range map[recipe.Template]string{
		"code={code}&state={state}":        "code=a%2Bb%26c&state=S%3D1",
		"code={code}&org={org}&x=&y":       "code=a%2Bb%26c&x=&y",
		"{org}=1&a b=c d&p=%7Bé":           "%7Borg%7D=1&a%20b=c%20d&p=%7B%C3%A9",
		`user={"n":"{name}"}&n={name}`:     "user=%7B%22n%22:%22A+%5C%22b%5C%22+%C3%A9%22%7D&n=A+%22b%22+%C3%A9",
		"user=%5B%22{name}%22]&x=a{org}#b": "user=%5B%22A+%5C%22b%5C%22+%C3%A9%22%5D&x=a%23b",
	} {
		got := profile.ExpandRedirect(example, func(name string) (string, bool) { v, ok := values[name]; return v, ok })
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", example, got, want)
		}
	}
}
