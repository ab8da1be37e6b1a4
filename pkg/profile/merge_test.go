package profile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

type templates = map[string]recipe.Template

func TestFromScratch(t *testing.T) {
	src := sources(t, files{}, `[profiles.own]
title = "Own"
docs = ["https://h.example/doc"]
client_id = 42
flag = true
[profiles.own.inputs]
client_id = { required = true, type = "int", pattern = "[0-9]+", vendor = "v", help = "h", help_zh = "帮", guess = "g", example = "{base_url}/e" }
flag = { type = "bool", secret = false }
[profiles.own.reply]
ok = ".ok"
code = ".c"
message = ".m"
trace = ".t"
refusal_example = "{code}"
[profiles.own.authorize]
method = "GET"
url = "https://h.example/a"
query = { id = "{client_id}", f = "{flag}" }
scan = true
state = "redirect"
lifetime = "5m"
guess = "g"
callback = { code = ["auth_code", "code"], lifetime = "10m" }
[profiles.own.userinfo]
method = "POST"
url = "https://h.example/u"
headers = { A = "b" }
json = { n = 1, deep = { c = "{code}", list = ["x", 2] } }
read = { "tenant.id" = ".t", subject = ".s" }
ok = ".yes"
example = "{subject}"
sign = { text = "x", hash = "hmac-sha1", encoding = "HEX", key = "k" }
[profiles.own.not_offered.token]
en = "No."
zh = "没有。"
[[profiles.own.refusals]]
code = "7"
kind = "denied"
en = "E"
zh = "中"
status = 403
guess = "g"
`, "")
	got := load(t, "own", src)
	userinfo := &profile.Step{
		Recipe: recipe.Recipe{
			Method: "POST", URL: "https://h.example/u", Headers: templates{"A": "b"},
			JSON: map[string]any{"n": int64(1), "deep": map[string]any{"c": "{code}", "list": []any{"x", int64(2)}}},
			Sign: &recipe.Make{Text: "x", Hash: "hmac-sha1", Encoding: "HEX", Key: "k"},
		},
		Name: "userinfo", Reply: profile.Reply{OK: ".yes"}, Read: map[string]string{"tenant.id": ".t", "subject": ".s"}, Example: "{subject}",
	}
	want := &profile.Profile{
		Name: "own", Title: "Own", Docs: []string{"https://h.example/doc"},
		Inputs: map[string]profile.Input{
			"client_id": {Required: true, Type: "int", Pattern: "[0-9]+", Vendor: "v", Help: "h", HelpZH: "帮", Guess: "g", Example: "{base_url}/e"},
			"flag":      {Type: "bool"},
		},
		Reply: profile.Reply{OK: ".ok", Code: ".c", Message: ".m", Trace: ".t", RefusalExample: "{code}"},
		Authorize: &profile.Step{
			Recipe: recipe.Recipe{Method: "GET", URL: "https://h.example/a", Query: templates{"id": "{client_id}", "f": "{flag}"}},
			Name:   "authorize", Scan: true, State: profile.StateRedirect, Lifetime: 5 * time.Minute, Guess: "g",
			Callback: profile.Callback{Code: []string{"auth_code", "code"}, Lifetime: 10 * time.Minute},
		},
		UserInfo:   userinfo,
		NotOffered: map[profile.StepName]profile.Sentence{"token": {EN: "No.", ZH: "没有。"}},
		Refusals:   []profile.Refusal{{Code: "7", Kind: "denied", EN: "E", ZH: "中", Status: 403, Guess: "g"}},
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(unexported, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]*profile.Step{want.Authorize, userinfo}, got.Steps()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(profile.Reply{OK: ".yes", Code: ".c", Message: ".m", Trace: ".t", RefusalExample: "{code}"}, got.ReplyOf(got.UserInfo)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"auth_code", "code"}, got.Authorize.CodeParams()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"code"}, got.UserInfo.CodeParams()); diff != "" {
		t.Error(diff)
	}
	_, err := got.Offer("token")
	if diff := cmp.Diff(error(&profile.NotOfferedError{Profile: "own", Step: "token", Why: lang.Text{EN: "No.", ZH: "没有。"}}), err); diff != "" {
		t.Error(diff)
	}
	if _, err := got.Offer("dance"); message(t, err) != "own: dance is not offered" {
		t.Error(err)
	}
	for name, want := range map[string]string{"client_id": "42", "flag": "true"} {
		if text, _ := got.Given(name); text != want {
			t.Errorf("%s: %q", name, text)
		}
	}
}

func unexported(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name()[0] >= 'a'
}

const base = `title = "Base"
[inputs]
base_url = { default = "https://base.example", help = "b" }
client_id = { required = true, vendor = "app" }
[reply]
ok = ".base"
code = ".base"
[exchange]
method = "POST"
url = "{base_url}/token"
form = { a = "{client_id}", code = "{code}" }
read = { access_token = ".base" }
[token]
method = "POST"
url = "{base_url}/app"
form = { a = "{client_id}" }
read = { access_token = ".base" }
[[refusals]]
code = 1
kind = "denied"
en = "base 1"
[[refusals]]
code = 2
kind = "denied"
en = "base 2"
`

func TestChainOfLayers(t *testing.T) {
	src := sources(t, files{"base.toml": base, "vendor.toml": `extends = "base"
title = "Vendor"
[reply]
code = ".vendor"
[userinfo]
method = "GET"
url = "{base_url}/me"
[[refusals]]
code = 1
kind = "quota"
en = "vendor 1"
`}, `[profiles.mid]
extends = "vendor"
client_id = "mid"
[profiles.mid.exchange]
json = { a = "mid" }
[profiles.mid.not_offered.token]
en = "no token"
[profiles.top]
extends = "mid"
client_id = "top"
[profiles.top.exchange]
form = { a = "top" }
url = "https://top.example"
[profiles.top.inputs.base_url]
default = "https://top.example"
[[profiles.top.refusals]]
code = 2
kind = "denied"
en = "top 2"
[profiles.again]
extends = "top"
[profiles.again.token]
method = "GET"
[profiles.again.inputs.client_id]
default = "again"
`, "")

	mid := load(t, "mid", src)
	if diff := cmp.Diff([]string{"vendor", "base"}, mid.Extends); diff != "" {
		t.Error(diff)
	}
	exchange := recipe.Recipe{Method: "POST", URL: "{base_url}/token", JSON: map[string]any{"a": "mid"}}
	if diff := cmp.Diff(exchange, mid.Exchange.Recipe); diff != "" {
		t.Errorf("json does not replace form: %s", diff)
	}
	if mid.Token != nil || mid.NotOffered["token"].EN != "no token" {
		t.Error("not_offered does not remove an inherited step")
	}
	if mid.Title != "Vendor" || mid.Reply != (profile.Reply{OK: ".base", Code: ".vendor"}) || mid.UserInfo == nil {
		t.Errorf("%+v", mid)
	}

	top := load(t, "top", src)
	exchange = recipe.Recipe{Method: "POST", URL: "https://top.example", Form: templates{"a": "top"}}
	if diff := cmp.Diff(exchange, top.Exchange.Recipe); diff != "" {
		t.Errorf("form does not replace json: %s", diff)
	}
	if diff := cmp.Diff(profile.Input{Default: "https://top.example", Help: "b"}, top.Inputs["base_url"]); diff != "" {
		t.Errorf("a key of an input does not replace that key: %s", diff)
	}
	var sentences []string
	for _, r := range top.Refusals {
		sentences = append(sentences, r.EN)
	}
	if diff := cmp.Diff([]string{"top 2", "vendor 1"}, sentences); diff != "" {
		t.Error(diff)
	}
	first, _ := top.Refusal("1", "")
	ofKind, _ := top.RefusalOf("denied")
	_, unknown := top.Refusal("", "")
	_, noKind := top.RefusalOf("not_found")
	if first.EN != "vendor 1" || ofKind.EN != "top 2" || unknown || noKind {
		t.Error(first, ofKind, unknown, noKind)
	}
	if text, from := top.Given("client_id"); text != "top" || from != (profile.Origin{From: "file", File: "user.toml", Line: 10}) {
		t.Error(text, from)
	}

	again := load(t, "again", src)
	if diff := cmp.Diff(&profile.Step{Name: "token", Recipe: recipe.Recipe{Method: "GET"}}, again.Token); diff != "" {
		t.Errorf("a removed step that is defined again (-want +got): %s", diff)
	}
	if _, still := again.NotOffered["token"]; still {
		t.Error("the step is both offered and in not_offered")
	}
	if diff := cmp.Diff(profile.Input{Default: "again", Vendor: "app"}, again.Inputs["client_id"]); diff != "" {
		t.Errorf("an input with a default is still required: %s", diff)
	}
	if text, _ := again.Given("client_id"); text != "top" {
		t.Errorf("an inherited value is lost: %q", text)
	}

	// Loading does not change the files.
	if diff := cmp.Diff(mid, load(t, "mid", src), cmp.FilterPath(unexported, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
}

func TestUserOverProject(t *testing.T) {
	builtin := files{"base.toml": base}
	src := sources(t, builtin, `[profiles.base]
client_id = "user"
exchange.url = "https://user.example"
[profiles.both]
client_id = "user"
[profiles.user]
extends = "both"
`, `[profiles.base]
client_id = "project"
base_url = "https://project.example"
[profiles.base.exchange]
url = "https://project.example"
method = "PUT"
[profiles.both]
extends = "base"
base_url = "https://both.example"
`)
	p := load(t, "base", src) // same name as a built-in profile: extends it
	if diff := cmp.Diff([]string{"base"}, p.Extends); diff != "" {
		t.Error(diff)
	}
	clientID, _ := p.Given("client_id")
	baseURL, _ := p.Given("base_url")
	if clientID != "user" || baseURL != "https://project.example" || p.Exchange.URL != "https://user.example" || p.Exchange.Method != "PUT" || p.Token == nil {
		t.Error(clientID, baseURL, p.Exchange)
	}
	p = load(t, "user", src)
	if diff := cmp.Diff([]string{"both", "base", "base"}, p.Extends); diff != "" {
		t.Error(diff)
	}
	clientID, at := p.Given("client_id")
	baseURL, _ = p.Given("base_url")
	if clientID != "user" || at.File != "user.toml" || baseURL != "https://both.example" {
		t.Error(clientID, at, baseURL)
	}
	// The user's extends wins over the project's.
	src = sources(t, files{"a.toml": "title = \"A\"\n", "b.toml": "title = \"B\"\n"}, "[profiles.x]\nextends = \"a\"\n", "[profiles.x]\nextends = \"b\"\n")
	if p := load(t, "x", src); p.Title != "A" {
		t.Error(p.Title)
	}
	// A profile may extend the built-in one of the same name explicitly.
	src = sources(t, files{"a.toml": "title = \"A\"\n"}, "[profiles.a]\nextends = \"a\"\n", "")
	if p := load(t, "a", src); p.Title != "A" {
		t.Error(p.Title)
	}
	// A new title removes the inherited Chinese title, which no longer fits.
	src = sources(t, files{"a.toml": "title = \"A\"\ntitle_zh = \"甲\"\n"}, "[profiles.x]\nextends = \"a\"\n[profiles.y]\nextends = \"a\"\ntitle = \"Y\"\n", "")
	if x, y := load(t, "x", src).TitleText(), load(t, "y", src).TitleText(); x != (lang.Text{EN: "A", ZH: "甲"}) || y != (lang.Text{EN: "Y"}) {
		t.Error(x, y)
	}
	// A profile that extends another one hides the built-in one with the same name.
	src = sources(t, files{"a.toml": "title = \"A\"\n", "b.toml": "docs = [\"B\"]\n"}, "[profiles.a]\nextends = \"b\"\n", "")
	if p := load(t, "a", src); p.Title != "" || p.Docs == nil {
		t.Error(p.Title)
	}
}

func TestSignedFormAndJSONInOneLayer(t *testing.T) {
	src := sources(t, files{"base.toml": base}, "[profiles.p]\nextends = \"base\"\n[profiles.p.exchange]\nform = { x = \"1\" }\njson = { x = \"1\" }\n", "")
	for range 5 { // the order of maps must not matter
		p := load(t, "p", src)
		if p.Exchange.Form == nil || p.Exchange.JSON == nil {
			t.Fatal("only one of form and json is kept, so lint cannot report the mistake")
		}
	}
	// Inputs with those names are not bodies.
	src = sources(t, files{"base.toml": base}, "[profiles.p]\nextends = \"base\"\n[profiles.p.inputs]\nform = {}\njson = {}\n", "")
	if p := load(t, "p", src); len(p.Inputs) != 4 {
		t.Error(p.InputNames())
	}
}

// A program that imports the package may have only its own profiles.
func TestWithoutBuiltins(t *testing.T) {
	src := profile.Sources{User: parse(t, "f.toml", `
[profiles.own]
title = "Own"
[profiles.other]
extends = "missing"
`)}
	if p, err := profile.Load("own", src); err != nil || p.Title != "Own" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := profile.Load("other", src); err == nil || !strings.Contains(err.Error(), "unknown profile missing") {
		t.Errorf("got %v", err)
	}
	if names := src.BuiltinNames(); len(names) > 0 {
		t.Errorf("BuiltinNames() = %v", names)
	}
}
