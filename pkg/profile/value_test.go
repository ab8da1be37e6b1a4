package profile_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/secret"
)

// want returns required placeholders; names that end in ? become optional ones.
func want(names ...string) []recipe.Placeholder {
	var out []recipe.Placeholder
	for _, name := range names {
		name, optional := strings.CutSuffix(name, "?")
		out = append(out, recipe.Placeholder{Name: name, Optional: optional})
	}
	return out
}

func environment(vars map[string]string) reference.Resolver {
	return reference.Resolver{LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok }}
}

func TestOrderOfValues(t *testing.T) {
	src := sources(t, files{"v.toml": `[inputs]
a = { default = "default" }
b = { default = "default" }
c = { default = "default" }
d = { default = "default" }
e = {}
`}, "[profiles.base]\nextends = \"v\"\nb = \"extended\"\nc = \"extended\"\nd = \"extended\"\n[profiles.p]\nextends = \"base\"\nc = \"user\"\nd = \"user\"\n", "")
	p := load(t, "p", src)
	if err := p.Set("d", "flag", profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
	got, err := p.Values(want("a", "b", "c", "d", "e?", "no_input"), reference.Resolver{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(recipe.Values{"a": "default", "b": "extended", "c": "user", "d": "flag"}, got); diff != "" {
		t.Error(diff)
	}
	origins := map[string]profile.Origin{}
	for _, name := range p.InputNames() {
		_, origins[name] = p.Given(name)
	}
	if diff := cmp.Diff(map[string]profile.Origin{
		"a": {From: "default"}, "b": {From: "file", File: "user.toml", Line: 3}, "c": {From: "file", File: "user.toml", Line: 8}, "d": {From: "flag"}, "e": {},
	}, origins); diff != "" {
		t.Error(diff)
	}
	if err := p.Set("f", "x", profile.Origin{}); message(t, err) != "f: p has no such input; did you mean a?" {
		t.Error(err)
	}
}

func TestDefaults(t *testing.T) {
	p := load(t, "p", sources(t, files{"p.toml": `[inputs]
base = { default = "https://h.example/" }
path = { default = "{base}/x?r={back}" }
both = { default = "{path}/{n}/{key}" }
back = {}
n = { type = "int", default = "7" }
key = { secret = true }
again = { default = "{both}" }
opt = { default = "{none?}" }
none = {}
a = { default = "{b}" }
b = { default = "x{a}" }
`}, "", ""))
	set := func(name, text string) {
		if err := p.Set(name, text, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	// The input that a default needs is reported, not the input with the default.
	_, err := p.Values(want("again", "both", "path", "opt", "base"), reference.Resolver{})
	var missing *profile.MissingError
	if !errors.As(err, &missing) {
		t.Fatal(err)
	}
	var names []string
	for _, m := range missing.Missing {
		names = append(names, m.Name)
	}
	if diff := cmp.Diff([]string{"back", "key", "opt"}, names); diff != "" {
		t.Error(diff)
	}
	if got, err := p.Values(want("again?", "opt?"), reference.Resolver{}); err != nil || got["again"] != nil || got["opt"] != nil {
		t.Error("an input that only an optional one needs is reported as missing", got, err)
	}
	// Values are literal, and an address keeps its trailing slash.
	set("back", "https://me.example/{n}/")
	set("key", "K{n}")
	got, err := p.Values(want("again", "n"), reference.Resolver{})
	if err != nil {
		t.Fatal(err)
	}
	const path = "https://h.example/x?r=https://me.example/{n}/"
	if diff := cmp.Diff(recipe.Values{
		"base": "https://h.example/", "path": path, "back": "https://me.example/{n}/", "n": json.Number("7"), "key": secret.New("K{n}"),
		// A default that contains a secret is secret.
		"both": secret.New(path + "7/K{n}"), "again": secret.New(path + "7/K{n}"),
	}, got); diff != "" {
		t.Error(diff)
	}
	_, err = p.Values(want("a"), reference.Resolver{})
	if message(t, err) != "profiles/p.toml:11: inputs.a.default: refers to itself: a → b → a" {
		t.Error(err)
	}
	set("b", "end")
	if got, err := p.Values(want("a"), reference.Resolver{}); err != nil || got["a"] != "end" {
		t.Error(got, err)
	}
}

func TestTypes(t *testing.T) {
	src := files{"p.toml": `[inputs]
n = { type = "int", help = "how many", help_zh = "几个" }
yes = { type = "bool" }
short = { pattern = "a|b[c]" }
words = { pattern = "a|b c" }
whole = { pattern = "[^#]+" }
key = { secret = true, pattern = "[a-z]+" }
plain = {}
slashed = { pattern = ".+/", default = "b/", example = "{base_url}/" }
sampled = { pattern = 'v\d+', default = "v22", example = "v1{base_url}", help = "the version", help_zh = "版本" }
shown = { pattern = '\d{3}', default = "123", example = "456" }
secret = { secret = true, pattern = 'k.+', example = "k1", help = "k and more", help_zh = "k 开头" }
helped = { pattern = '\w{8}', default = "{n}", help = "8 letters", help_zh = "8 个字母" }
`}
	for _, tt := range []struct {
		name, text string
		want       any
		err        string
	}{
		{"n", "42", json.Number("42"), ""},
		{"n", "-9223372036854775808", json.Number("-9223372036854775808"), ""},
		{"n", "+7", json.Number("7"), ""}, // JSON has no +7
		{"n", "007", json.Number("7"), ""},
		{"n", "1.5", nil, `n: "1.5" is not a whole number`},
		{"n", "", nil, "p: missing inputs:\n  n: how many"},
		{"n", " 1", nil, `n: " 1" is not a whole number`},
		{"yes", "true", true, ""},
		{"yes", "0", false, ""},
		{"yes", "yes", nil, `yes: "yes" is not true or false`},
		{"short", "a", "a", ""},
		{"short", "bc", "bc", ""},
		{"words", "b c", "b c", ""},
		{"words", "b", nil, `words: "b" must be a or b c`},
		{"words", "a|b c", nil, `words: "a|b c" must be a or b c`},
		{"short", "abc", nil, `short: "abc" does not match a|b[c]`}, // the whole value
		{"whole", "https://h.example/#/", nil, `whole: "https://h.example/#/" must not contain #`},
		{"short", "a\n", nil, `short: "a\n" does not match a|b[c]`},
		{"key", "abc", secret.New("abc"), ""},
		{"key", "S3CR3T", nil, "key: its value does not match [a-z]+"},
		{"plain", " {n} \n", " {n} \n", ""},
		{"slashed", "a", nil, `slashed: "a" should look like b/`}, // the example is not complete
		{"sampled", "22", nil, `sampled: "22" should look like v22`},
		{"shown", "22", nil, `shown: "22" should look like 456`},
		{"secret", "abc", nil, "secret: its value is not valid (expected: k and more)"},
		{"helped", "abc", nil, `helped: "abc" is not valid (expected: 8 letters)`},
	} {
		p := load(t, "p", sources(t, src, "", ""))
		if err := p.Set(tt.name, tt.text, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
		got, err := p.Values(want(tt.name), reference.Resolver{})
		if message(t, err) != tt.err || !cmp.Equal(tt.want, got[tt.name]) {
			t.Errorf("%s = %q: %#v, %v", tt.name, tt.text, got[tt.name], err)
		}
	}
	p := load(t, "p", sources(t, src, "[profiles.p]\n\nn = \"x\"\n", ""))
	_, err := p.Values(want("n"), reference.Resolver{})
	if diff := cmp.Diff(error(&profile.Error{File: "user.toml", Line: 3, Key: "n", Problem: lang.Text{EN: `"x" is not a whole number`, ZH: `"x" 不是整数`}, Hint: lang.Text{EN: "how many", ZH: "几个"}}), err); diff != "" {
		t.Error(diff)
	}
	// Every accepted int is valid JSON.
	r := recipe.Recipe{Method: "POST", URL: "https://h.example", JSON: map[string]any{"n": "{n}"}}
	req, err := r.Build(t.Context(), recipe.Values{"n": json.Number("-7")}, recipe.Fresh{})
	if err != nil || string(req.Body) != `{"n":-7}` {
		t.Error(err)
	}
}

func TestMissingValues(t *testing.T) {
	p := load(t, "p", sources(t, files{"p.toml": acme}, "", ""))
	_, err := p.Values(want("redirect_uri", "client_secret", "client_id", "base_url"), reference.Resolver{})
	const text = "p: missing inputs:\n  client_id (the vendor's app): the application's id\n  client_secret (the vendor's app_key)\n  redirect_uri"
	if message(t, err) != text {
		t.Error(err)
	}
}

func TestReferences(t *testing.T) {
	dir := t.TempDir()
	write := func(path, text string) {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("home/key", "user's{x}\n")
	write("outside", "OUTSIDE")
	write("repo/key", "project's")
	const text = "[profiles.p]\nx = \"%\"\n"
	tests := []struct {
		project, user, flag, want, err string
		allow                          bool // programs to be run
	}{
		{user: "env:X", want: "from env"},
		{project: "env:X", want: "from env"},
		{flag: "env:X", want: "from env"},
		{user: "env:NONE", err: "user.toml:2: x: env:NONE: this environment variable is not set"},
		{user: "env:EMPTY", err: "user.toml:2: x: env:EMPTY: it is empty"},
		{user: "file:key", want: "user's{x}"},
		{project: "file:key", want: "project's"},
		{user: "file:../outside", want: "OUTSIDE"},
		{user: "file:" + dir + "/outside", want: "OUTSIDE"},
		{user: "file:none", err: "user.toml:2: x: file:none: " + dir + "/home/none: no such file or directory"},
		{project: "file:../outside", want: "OUTSIDE"},
		{flag: "file:" + dir + "/outside", want: "OUTSIDE"},
		{user: "keyring:crm/x", want: "keyring's crm/x"},
		{project: "keyring:crm/x", want: "keyring's crm/x"},
		{flag: "keyring:crm/x", want: "keyring's crm/x"},
		{user: "cmd:id x", want: dir + "/home: id x"},
		{project: "cmd:id x", want: dir + "/repo: id x"},
		{flag: "cmd:id x", err: "x: cmd:id x: only configuration files may run programs"},
		{flag: "cmd:id x", allow: true, want: ": id x"},
		{user: "https://h.example", want: "https://h.example"},
	}
	for _, tt := range tests {
		var user, project string
		if tt.user != "" {
			user = strings.Replace(text, "%", tt.user, 1)
		}
		if tt.project != "" {
			project = strings.Replace(text, "%", tt.project, 1)
		}
		src := sources(t, files{"p.toml": "[inputs]\nx = { secret = true }\n"}, user, project)
		if src.User != nil {
			src.User.Dir = filepath.Join(dir, "home")
		}
		if src.Project != nil {
			src.Project.Dir = filepath.Join(dir, "repo")
		}
		p := load(t, "p", src)
		if tt.flag != "" {
			if err := p.Set("x", tt.flag, profile.Origin{From: "flag"}); err != nil {
				t.Fatal(err)
			}
		}
		refs := environment(map[string]string{"X": "from env", "EMPTY": ""})
		refs.Keyring = func(name string) (string, error) { return "keyring's " + name, nil }
		refs.Run = func(dir string, words []string) (string, error) { return dir + ": " + strings.Join(words, " "), nil }
		refs.Commands = tt.allow
		got, err := p.Values(want("x"), refs)
		if message(t, err) != tt.err || tt.err == "" && got["x"] != secret.New(tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// TestGive: Give accepts inputs and the values that steps use or read. It accepts neither
// misspelt names nor values that ssoctl makes for each request or login.
func TestGive(t *testing.T) {
	const text = `[inputs]
base_url = {}
[authorize]
url = "{base_url}/a"
query = { s = "{state}", n = "{nonce}" }
[exchange]
url = "{base_url}/e"
headers = { A = "{basic_auth}" }
form = { code = "{code}", v = "{code_verifier}", t = "{timestamp}" }
read = { access_token = ".a", openid = ".o", session_key = ".k" }
[userinfo]
url = "{base_url}/u"
query = { o = "{openid}", org = "{organization?}", t = "{app_token}" }
`
	given := map[string]bool{}
	for _, name := range []string{"base_url", "openid", "session_key", "organization", "app_token", "access_token"} {
		p := load(t, "p", profile.Sources{Builtin: files{"p.toml": text}})
		if err := p.Give(name, "v", profile.Origin{From: "flag"}); err != nil {
			t.Error(err)
			continue
		}
		given[name] = p.Inputs[name].Secret
	}
	want := map[string]bool{"base_url": false, "openid": false, "session_key": true, "organization": false, "app_token": true, "access_token": true}
	if diff := cmp.Diff(want, given); diff != "" {
		t.Errorf("secret inputs (-want +got): %s", diff)
	}
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": text}})
	for name, want := range map[string]string{
		"opnid": "p has no such input; did you mean openid?", "code": "p has no such input", "state": "p has no such input",
		"basic_auth": "p has no such input", "timestamp": "p has no such input", "code_verifier": "p has no such input",
	} {
		var fault *profile.Error
		if err := p.Give(name, "v", profile.Origin{}); !errors.As(err, &fault) || fault.Problem.EN != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if names := p.InputNames(); len(names) != 1 {
		t.Errorf("inputs: %q", names)
	}
}

// Changing the values and inputs of a copy does not change the original, nor the reverse.
func TestCopy(t *testing.T) {
	old, err := profile.Load("v", sources(t, files{"v.toml": "[inputs]\na = { default = \"default\" }\nb = {}\n"}, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	set := func(p *profile.Profile, name, text string) {
		if err := p.Set(name, text, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	set(old, "b", "given")
	got := old.Copy()
	set(got, "a", "copy")
	got.Declare("c")
	set(got, "c", "copy")
	set(old, "b", "later")
	if diff := cmp.Diff([]string{"a", "b"}, old.InputNames()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		p    *profile.Profile
		want recipe.Values
	}{
		{old, recipe.Values{"a": "default", "b": "later"}},
		{got, recipe.Values{"a": "copy", "b": "given", "c": "copy"}},
	} {
		values, err := c.p.Values(want("a", "b", "c?"), environment(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, values); diff != "" {
			t.Error(diff)
		}
	}
}
