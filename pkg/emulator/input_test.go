package emulator_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/secret"
)

// described parses and lints a profile such as users write for their company's server.
func described(t testing.TB, text string) *profile.Profile {
	t.Helper()
	p := loaded(t, text)
	for _, e := range p.Lint() {
		t.Fatal(e)
	}
	return p
}

// loaded parses a profile without lint.
func loaded(t testing.TB, text string) *profile.Profile {
	t.Helper()
	p, err := profile.Load("own", profile.Sources{Builtin: fstest.MapFS{"own.toml": {Data: []byte(text)}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const own = `
title = "a company's own server"
[inputs]
api_url   = { default = "https://api.example.com/v2" }
user_url  = { default = "{api_url}/user" }
token_url = { required = true }
client_id = { required = true, example = "client of {base_url}" }
key       = { secret = true }
level     = { required = true, type = "int" }
strict    = { required = true, type = "bool" }
hint      = {}
tenant    = { default = "main", pattern = "[a-z0-9/]+" }
[reply]
ok      = ".ok == true"
code    = ".error"
message = ".text"
[token]
method  = "POST"
url     = "{token_url}"
json    = { id = "{client_id}", key = "{key}", level = "{level}", strict = "{strict}", hint = "{hint?}" }
read    = { access_token = ".t" }
example = '{"ok":true,"t":"T-{access_token}","id":"{client_id}","hint":"{hint}"}'
[userinfo]
method  = "GET"
url     = "{user_url}/{tenant}"
query   = { code = "{code}", t = "{app_token}" }
read    = { subject = ".s", login = ".l" }
example = '{"ok":true,"s":"U-{subject}","l":"L"}'
[details]
method  = "GET"
url     = "https://elsewhere.example.com/people/{subject}?v=2"
headers = { login = "{login}" }
`

func TestInputs(t *testing.T) {
	w := start(t, described(t, own))
	base := w.address + "/own"
	want := recipe.Values{
		"api_url": base + "/v2", "user_url": base + "/v2/user", "token_url": base + "/token-url",
		"client_id": "client of " + base, "key": secret.New("emulated-key-not-real"),
		"level": json.Number("0"), "strict": false, "tenant": "main",
	}
	if diff := cmp.Diff(want, w.Inputs("own")); diff != "" {
		t.Error(diff)
	}
	if got := w.Inputs("other"); got != nil {
		t.Errorf("%v", got)
	}
	w.Inputs("own")["level"] = "changed"
	if diff := cmp.Diff(want, w.Inputs("own")); diff != "" {
		t.Error("Inputs returns a map that the emulator uses:", diff)
	}
}

func TestGivenInputsWin(t *testing.T) {
	p := described(t, own)
	for name, value := range map[string]string{
		"token_url": "https://sso.example.com/oauth/token/?v=1", "client_id": "mine",
		"key": "env:KEY", "level": "7", "strict": "true", "hint": "h", "tenant": "t/1",
	} {
		if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	w := start(t)
	options := emulator.Options{
		Profiles: []*profile.Profile{p}, Address: w.address, Now: w.now, Rand: w.rand, Report: w.note,
		Refs: reference.Resolver{LookupEnv: func(name string) (string, bool) { return "from " + name, true }},
	}
	e, err := emulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	base := w.address + "/own"
	want := recipe.Values{
		"api_url": base + "/v2", "user_url": base + "/v2/user", "token_url": base + "/oauth/token/?v=1",
		"client_id": "mine", "key": secret.New("from KEY"), "level": json.Number("7"), "strict": true, "hint": "h", "tenant": "t/1",
	}
	if diff := cmp.Diff(want, e.Inputs("own")); diff != "" {
		t.Error(diff)
	}
	w.Emulator, w.profiles = e, options.Profiles
	c := w.party(t, p)
	c.run(p.Token)
	c.run(teller(p))

	options.Refs = reference.Resolver{}
	if _, err := emulator.New(options); err == nil || !strings.Contains(err.Error(), "env:KEY") {
		t.Errorf("an unset variable: %v", err)
	}
}

// TestOwnServer tests features that only users' profiles use.
func TestOwnServer(t *testing.T) {
	p := described(t, own)
	w := start(t, p)
	c := w.party(t, p)
	if got := c.run(p.Token); !strings.Contains(got.body, `"hint":""`) || !strings.HasPrefix(profile.Text(got.read["access_token"]), "T-emulated") {
		t.Error(got.body)
	}
	c.values["hint"] = `said "so"`
	if got := c.run(p.Token); !strings.Contains(got.body, `"hint":"said \"so\""`) {
		t.Errorf("the response lacks the request's value: %s", got.body)
	}
	c.run(teller(p))

	// A literal URL is served below the profile's base. This step has no example.
	ask := func(subject, login string) answer {
		r, _ := http.NewRequest("GET", w.address+"/own/people/"+subject+"?v=2", nil)
		r.Header.Set("login", login)
		return c.send(p.Details, &wire{Request: r})
	}
	subject := c.values["subject"].(string)
	if got := ask(subject, "L"); got.status != http.StatusNotImplemented || !strings.Contains(got.event.Diagnosis, "no example") {
		t.Errorf("%d %s %+v", got.status, got.body, got.event)
	}
	// The profile has no refusals and no shape for them.
	got := ask("U-nobody", "L")
	if got.status != http.StatusNotFound || got.event.Refusal != "not_found" || got.body != "refused: not_found\n" {
		t.Errorf("%d %s %+v", got.status, got.body, got.event)
	}
	if strings.Contains(got.event.Path, "nobody") {
		t.Error("a value from a response is in the event's path:", got.event.Path)
	}
	for tenant, fits := range map[string]bool{"other": true, "Other": false} {
		c.values["tenant"] = tenant
		c.login()
		if got := c.send(teller(p), c.build(teller(p))); (got.event.Refusal == "") != fits {
			t.Errorf("tenant %s: %d %s %+v", tenant, got.status, got.body, got.event)
		}
	}
}

func TestRefusalShape(t *testing.T) {
	shape := strings.Replace(own, "[token]", `refusal_example = '{"ok":false,"error":{code},"text":"{message}","id":"{uuid}","at":{timestamp_ms},"s":{timestamp}}'`+"\n[token]", 1)
	p := described(t, shape)
	c := start(t, p).party(t, p)
	c.values["key"] = secret.New("wrong")
	got := c.send(p.Token, c.build(p.Token))
	if got.status != http.StatusUnauthorized || got.verdict.OK || got.verdict.Code != "401" || got.header.Get("Content-Type") != "application/json;charset=utf-8" {
		t.Errorf("%d %+v %s", got.status, got.verdict, got.body)
	}

	text := shape + `
[[refusals]]
code   = "it's \"no\""
kind   = "quota"
status = 429
en     = "Too \"much\"."
`
	p = described(t, strings.Replace(text, `"error":{code}`, `"error":"{code}"`, 1))
	c = start(t, p).party(t, p)
	c.values["key"] = secret.New("wrong")
	// The only refusal is of another kind and not used.
	got = c.send(p.Token, c.build(p.Token))
	if got.status != 401 || got.verdict.Code != "401" || got.event.Refusal != "invalid_client" ||
		!strings.HasSuffix(got.event.Diagnosis, "; the profile own lists no refusal of kind invalid_client, so this response is generic") {
		t.Errorf("%d %+v %s %s", got.status, got.verdict, got.body, got.event.Diagnosis)
	}
	c.values = c.Inputs("own")
	if err := c.refuseNext("own", "token", "quota"); err != nil {
		t.Fatal(err)
	}
	got = c.send(p.Token, c.build(p.Token))
	if got.status != 429 || got.verdict.Code != `it's "no"` || got.verdict.Message != "quota (emulated)" {
		t.Errorf("%d %+v %s", got.status, got.verdict, got.body)
	}
	if err := c.refuseNext("own", "token", "quota"); err != nil {
		t.Fatal(err)
	}
	c.values = c.Inputs("own")
	if got = c.send(p.Token, c.build(p.Token)); got.kind != "quota" {
		t.Errorf("%+v", got)
	}
}

func TestNewRefusesWhatCannotBeEmulated(t *testing.T) {
	w := start(t)
	for what, text := range map[string]string{
		"a pattern that no made-up value matches": strings.Replace(own, "client_id = {", `client_id = { pattern = "[0-9]+",`, 1),
		"a default that refers to itself":         strings.Replace(own, `"https://api.example.com/v2"`, `"{user_url}/x"`, 1),
	} {
		_, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{loaded(t, text)}, Address: w.address, Now: w.now, Rand: w.rand})
		var at *profile.Error
		if !errors.As(err, &at) || !strings.HasPrefix(at.Key, "own.inputs.") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestExampleThatIsARefusal checks that the diagnosis warns a profile's author whose example
// does not satisfy ok.
func TestExampleThatIsARefusal(t *testing.T) {
	p := loaded(t, strings.Replace(own, `'{"ok":true,"t"`, `'{"ok":"yes","t"`, 1))
	c := start(t, p).party(t, p)
	if got := c.send(p.Token, c.build(p.Token)); !strings.Contains(got.event.Diagnosis, "example") {
		t.Errorf("%+v", got.event)
	}
}
