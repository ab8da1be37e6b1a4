package profile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// TestBounds loads files that, without limits, took seconds or gigabytes or crashed the
// process.
func TestBounds(t *testing.T) {
	times := strings.Repeat
	var many, chain strings.Builder
	for i := range 1_001 {
		fmt.Fprintf(&many, "[profiles.p%d]\n", i)
	}
	chain.WriteString("[profiles.p0]\nextends = \"v\"\n")
	for i := range 20 {
		fmt.Fprintf(&chain, "[profiles.p%d]\nextends = \"p%d\"\n", i+1, i)
	}
	inputs := "[profiles.p.inputs]\n"
	for i := range 301 {
		inputs += fmt.Sprintf("i%d = {}\n", i)
	}
	heavy := "[profiles.b]\nextends = \"v\"\n"
	for i := range 6 {
		heavy += "[profiles.b." + []string{"authorize", "exchange", "userinfo", "details", "token", "refresh"}[i] + ".query]\n"
		for k := range 900 {
			heavy += fmt.Sprintf("k%d = \"\"\n", k)
		}
	}
	heavy += "[profiles.p]\nextends = \"b\"\n"
	for _, tt := range []struct{ name, file, load, want string }{
		{"keys, with inherited ones", heavy, "p", "f.toml:5409: profile p has more than 5000 keys or 128 KiB, including what it extends"},
		{"a profile's texts", "[profiles.p]\nextends = \"v\"\ntitle = \"" + times("x", 128<<10) + "\"\n", "p", "f.toml:1: profile p has more than 5000 keys or 128 KiB, including what it extends"},
		{"size", times("#", profile.MaxFile+1), "", "f.toml: larger than 1 MiB"},
		{"lists", "\na = " + times("[", 100_000), "", "f.toml:2: tables and lists are nested more than 64 levels deep"},
		{"inline tables", "a = 1\nb = " + times("{a=", 100_000), "", "f.toml:2: tables and lists are nested more than 64 levels deep"},
		{"a dotted key", "a" + times(".a", 400_000) + " = 1", "", "f.toml:1: tables and lists are nested more than 64 levels deep"},
		{"a quoted key", `"."` + times(`."\""`, 100) + " = 1", "", "f.toml:1: tables and lists are nested more than 64 levels deep"},
		{"a header", "[a" + times(" . a", 200_000) + "]", "", "f.toml:1: tables and lists are nested more than 64 levels deep"},
		{"all of them", "a = [\n" + times("{ a.b.c = [\n", 20), "", "f.toml:17: tables and lists are nested more than 64 levels deep"},
		{"lists after strings", "a = [\"]\\\"\", ']', \"\"\"\n]\\\"\"\"\"\"\", '''\n]''''', " + times("[", 100), "", "f.toml:3: tables and lists are nested more than 64 levels deep"},
		{"brackets in strings", "a = \"" + times("[", 100) + "\" # " + times("[", 100) + "\nb = '''\n" + times("[", 100) + "'''", "", ""},
		{"many lists that are not nested", "a = [" + times("[1.5], ", 10_000) + "]\nb = 1.5", "", ""},
		{"tables", times("[[a]]\n", 20_001), "", "f.toml:20001: more than 20000 tables"},
		{"keys", "[a]\nb=1\n  [c]\n" + times("k=[\n[]]\n", 1_001), "", "f.toml:2004: more than 1000 keys in a table"},
		{"keys in a line", "a = {" + times("k = 1,", 1_001), "", "f.toml:1: more than 1000 keys in a table"},
		{"profiles", many.String(), "", "f.toml:1: profiles: too many profiles: 1001, at most 1000 are allowed"},
		{"a chain", chain.String(), "p18", ""},
		{"a longer chain", chain.String(), "p20", "f.toml:4: extends: chain of more than 20 profiles"},
		{"inputs", "[profiles.p]\nextends = \"v\"\n" + inputs, "p", "f.toml:3: inputs: too many inputs: 301, at most 300 are allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := profile.ParseFile("f.toml", []byte(tt.file))
			if err == nil && tt.load != "" {
				_, err = profile.Load(tt.load, profile.Sources{Builtin: files{"v.toml": ""}, User: f})
			}
			if diff := cmp.Diff(tt.want, message(t, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// doubling returns inputs whose defaults each contain the previous one twice.
func doubling(n int, first string) string {
	out := "[profiles.p.inputs]\ni0 = " + first + "\n"
	for i := range n {
		out += fmt.Sprintf("i%d = { default = \"{i%d}{i%d}\" }\n", i+1, i, i)
	}
	return out + fmt.Sprintf("[profiles.p.authorize]\nmethod = \"GET\"\nurl = \"https://h.example/{i%d}/{state}\"\n", n)
}

// TestDefaultsThatGrow: the first default that is too large is reported. Without a limit, a
// few lines of nested defaults expanded to a gigabyte, or kept lint busy for half an hour.
func TestDefaultsThatGrow(t *testing.T) {
	const tooLarge = "user.toml:18: inputs.i16.default: larger than 64 KiB with the values of its placeholders"
	for _, tt := range []struct{ name, first, values, lint string }{
		{"a default", `{ default = "0" }`, "", ""},
		{"the next size", `{ default = "01" }`, tooLarge, tooLarge},
		{"an innermost input without a value", "{}", "p: missing inputs:\n  i0", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 60
			if tt.values == "" {
				n = 16
			}
			p := load(t, "p", sources(t, files{}, doubling(n, tt.first), ""))
			_, err := p.Values(want(fmt.Sprintf("i%d", n)), reference.Resolver{})
			lint := ""
			if faults := p.Lint(); faults != nil {
				lint = faults.Error()
			}
			got := [2]string{message(t, err), lint}
			if diff := cmp.Diff([2]string{tt.values, tt.lint}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No layer can declare a secret input public, because its value would be shown and stored.
func TestSecretsStaySecret(t *testing.T) {
	for _, tt := range []struct{ name, user, project, want string }{
		{"the built-in one's", "[profiles.p]\nextends = \"v\"\n[profiles.p.inputs]\nkey = { secret = false }\n", "", "user.toml:4: inputs.key.secret: key is already declared secret, and must stay secret"},
		{"the user's, by the project", "[profiles.p.inputs]\nkey = { secret = true }\n", "[profiles.q]\nextends = \"p\"\ninputs.key.secret = false\n[profiles.p]\n", "ssoctl.toml:3: inputs.key.secret: key is already declared secret, and must stay secret"},
		{"the project's, by the user", "[profiles.q.inputs]\nkey = { secret = false }\n", "[profiles.q.inputs]\nkey = { secret = true }\n", "user.toml:2: inputs.key.secret: key is already declared secret, and must stay secret"},
		{"after a malformed declaration", "[profiles.p]\nextends = \"v\"\ninputs.key = 5\n[profiles.q]\nextends = \"p\"\ninputs.key = { secret = false }\n", "", "user.toml:3: inputs.key: expected a table, got a whole number\nuser.toml:6: inputs.key.secret: key is already declared secret, and must stay secret"},
		{"secret declared again", "[profiles.q]\nextends = \"v\"\n[profiles.q.inputs]\nkey = { secret = true }\n", "", ""},
		{"an input that was never secret", "[profiles.q]\nextends = \"v\"\n[profiles.q.inputs]\nother = { secret = false }\n", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := sources(t, files{"v.toml": "[inputs]\nkey = { secret = true }\nother = {}\n"}, tt.user, tt.project)
			name := "q"
			if !strings.Contains(tt.user+tt.project, "profiles.q") {
				name = "p"
			}
			_, err := profile.Load(name, src)
			if diff := cmp.Diff(tt.want, message(t, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// depth returns how deeply tables and lists are nested.
func depth(v any) int {
	most := 0
	switch x := v.(type) {
	case map[string]any:
		for _, m := range x {
			most = max(most, depth(m))
		}
	case []any:
		for _, m := range x {
			most = max(most, depth(m))
		}
	default:
		return 0
	}
	return most + 1
}

// TestDepthIsFound: the depth is computed as the parser sees it, also if brackets occur in
// strings and comments.
func TestDepthIsFound(t *testing.T) {
	pieces := []string{
		`"`, `""`, `"""`, `'`, `'''`, `\`, "\n", "#", " ", ",", "=", "a = ", "[", "]", "{", "}", ".", "a", "1.5", "[a]\n", "\n" + `a."b.c" = `, `"x" = """y"""` + "\n",
		strings.Repeat("[", 70), strings.Repeat("]", 70), strings.Repeat("a.", 70), strings.Repeat("{a=", 70) + "1" + strings.Repeat("}", 70), "\n[[l]]\n", "\r\n", `\"`, `""""`, `'''''`,
	}
	r := rand.New(rand.NewPCG(1, 2))
	deep := 0
	for range 300_000 {
		var text strings.Builder
		for i := range 1 + r.IntN(12) {
			piece := pieces[r.IntN(len(pieces))]
			if i == 0 && r.IntN(2) == 0 {
				piece = "k = "
			}
			text.WriteString(piece)
		}
		var raw map[string]any
		if err := toml.Unmarshal([]byte(text.String()), &raw); err != nil || depth(raw) <= 65 { // 64 levels and the file itself
			continue
		}
		deep++
		if _, err := profile.ParseFile("f.toml", []byte(text.String())); err == nil {
			t.Fatalf("%q is %d deep", text.String(), depth(raw))
		}
	}
	if deep < 100 {
		t.Errorf("only %d files were nested too deep", deep)
	}
}
