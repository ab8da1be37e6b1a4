package profile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// TestProvenance: each step says how it is known, and whether part of it is a guess.
func TestProvenance(t *testing.T) {
	for _, c := range []struct{ source, guess, en string }{
		{"", "", "own profile"},
		{"", "the method", "own profile, guessed in part"},
		{"doc", "", "documented"},
		{"doc", "the method", "documented, guessed in part"},
		{"probe", "", "probed"},
		{"code", "the names", "from public code, guessed in part"},
		{"guess", "all of it", "guessed"},
	} {
		s := profile.Step{Source: c.source, Guess: c.guess}
		if got := s.Provenance().In(lang.EN); got != c.en {
			t.Errorf("%q with the guess %q: %q", c.source, c.guess, got)
		}
		if zh := s.Provenance().In(lang.ZH); zh == "" || zh == s.Provenance().EN {
			t.Errorf("%q in Chinese: %q", c.source, zh)
		}
	}
}

// TestSource: a built-in step is documented if it has no source. A step in a user's file is
// documented only if its source says so.
func TestSource(t *testing.T) {
	builtin := files{"vendor.toml": `
[userinfo]
method = "GET"
url    = "https://a.example/user"
[details]
method = "GET"
url    = "https://a.example/details"
source = "code"
`}
	for own, want := range map[string]map[profile.StepName]string{
		``:                              {"userinfo": "doc", "details": "code"},
		`userinfo.url = "https://b"`:    {"userinfo": "", "details": "code"},
		`details.lifetime = "1h"`:       {"userinfo": "doc", "details": ""},
		`details = { source = "doc" }`:  {"userinfo": "doc", "details": "doc"},
		`exchange = { method = "GET" }`: {"userinfo": "doc", "details": "code", "exchange": ""},
	} {
		p, err := profile.Load("p", sources(t, builtin, "[profiles.p]\nextends = \"vendor\"\n"+own, ""))
		if err != nil {
			t.Fatal(err)
		}
		got := map[profile.StepName]string{}
		for _, s := range p.Steps() {
			got[s.Name] = s.Source
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", own, diff)
		}
	}
}

// TestSourceLint: source has four possible values.
func TestSourceLint(t *testing.T) {
	for source, wrong := range map[string]bool{"doc": false, "probe": false, "code": false, "guess": false, "docs": true} {
		src := sources(t, files{}, `
[profiles.p.reply]
ok = "true"
[profiles.p.userinfo]
method = "GET"
url    = "https://a.example/"
source = "`+source+`"
`, "")
		p, err := profile.Load("p", src)
		if err != nil {
			t.Fatal(err)
		}
		got := p.Lint()
		if (len(got) > 0) != wrong || wrong && !strings.Contains(got.Error(), "expected one of doc, probe, code, guess; did you mean doc?") {
			t.Errorf("%q: %v", source, got)
		}
	}
}

// TestAddressInputs: the inputs that supply the start of addresses, directly or
// indirectly.
func TestAddressInputs(t *testing.T) {
	src := sources(t, files{}, `
[profiles.p.inputs]
base_url  = { default = "https://a.example" }
token_url = { default = "{base_url}/token" }
tenant    = { required = true }
[profiles.p.reply]
ok = "true"
[profiles.p.authorize]
method = "GET"
url    = "{base_url}/{tenant}/authorize"
state  = "redirect"
[profiles.p.token]
method = "GET"
url    = "{token_url}"
[profiles.p.userinfo]
method = "GET"
url    = "https://b.example/{tenant}"
`, "")
	p, err := profile.Load("p", src)
	if err != nil {
		t.Fatal(err)
	}
	for want, steps := range map[string][]*profile.Step{
		"base_url token_url": p.Steps(), "base_url": {p.Authorize}, "": {p.UserInfo},
	} {
		if got := strings.Join(p.AddressInputs(steps...), " "); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	set := func(name string) {
		if err := p.Set(name, "https://c.example", profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"base_url token_url", "token_url"} { // before and after base_url has a value
		if got := strings.Join(p.AddressInputsInUse(p.Token), " "); got != want {
			t.Errorf("in use: %s, not %s", got, want)
		}
		set("token_url")
	}
}

// TestGuessIsSettled: a guess is dropped if the user supplies or redefines its subject.
func TestGuessIsSettled(t *testing.T) {
	const vendor = `
[inputs]
token_url = { default = "https://a.example", guess = "not documented" }
[reply]
ok = "true"
[exchange]
guess  = "the encoding"
guess_zh = "编码"
method = "POST"
url    = "{token_url}"
form   = { code = "{code}" }
`
	for own, want := range map[string][2]string{
		"":                                      {"not documented", "the encoding"},
		"token_url = \"https://b.example\"":     {"", "the encoding"},
		"exchange.json = { code = \"{code}\" }": {"not documented", ""},
		"exchange.form = { ticket = \"{code}\" }":           {"not documented", ""},
		"exchange = { form = {}, guess = \"another one\" }": {"not documented", "another one"},
		"exchange.url = \"https://b.example\"":              {"not documented", "the encoding"},
	} {
		p := load(t, "p", sources(t, files{"vendor.toml": vendor}, "[profiles.p]\nextends = \"vendor\"\n"+own+"\n", ""))
		if got := [2]string{p.GuessOf("token_url").EN, p.Exchange.Guess}; got != want {
			t.Errorf("%s: %q, want %q", own, got, want)
		}
		if want[1] != "the encoding" && p.Exchange.GuessZH != "" {
			t.Errorf("%s: still %s", own, p.Exchange.GuessZH)
		}
	}
}

// TestWhere: the location of a key is in the layer that defines it.
func TestWhere(t *testing.T) {
	src := sources(t, files{"acme.toml": acme}, `
[profiles.crm]
extends = "acme"
client_id = "C"
[profiles.crm.authorize]
url = "{base_url}/v2/authorize"
`, "")
	p := load(t, "crm", src)
	for key, want := range map[string]string{
		"authorize.url":       "user.toml:6",
		"authorize.query.app": "profiles/acme.toml:14",
		"authorize":           "user.toml:5",
		"client_id":           "user.toml:4",
		"nosuch.key":          "",
	} {
		if got := p.Where(key).String(); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	for want, o := range map[string]profile.Origin{
		"flag": {From: "flag"}, "ACME": {From: "environment", File: "ACME"}, "f:3": {From: "file", File: "f", Line: 3}, "": {},
	} {
		if got := o.String(); got != want {
			t.Errorf("%+v: %q, want %q", o, got, want)
		}
	}
}
