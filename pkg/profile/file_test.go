package profile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

func TestLines(t *testing.T) {
	const text = `# a comment
plain = 1
"quoted.key" = 2
dotted.a.b = 3
multi = """
one
two"""

[table]
x = 1
[table.sub]
inline = { a = 1, b.c = 2, d = [
    { e = 1 },
    { f = 1,
      g = 2 },
] }
[late.sub]
x = 1
[late]
y = 1
["odd table".'x y']
z = 1
[[list]]
a = 1

[[list]]
a = 2
b.c = 3
[[deep.list]]
a = 1
[[deep.list]]
b = 1
`
	want := map[string]int{
		"plain": 2, "quoted.key": 3, "dotted": 4, "dotted.a": 4, "dotted.a.b": 4, "multi": 5,
		"table": 9, "table.x": 10, "table.sub": 11, "table.sub.inline": 12, "table.sub.inline.a": 12, "table.sub.inline.b": 12, "table.sub.inline.b.c": 12,
		"table.sub.inline.d": 12, "table.sub.inline.d.0": 13, "table.sub.inline.d.0.e": 13, "table.sub.inline.d.1": 14, "table.sub.inline.d.1.f": 14, "table.sub.inline.d.1.g": 15,
		"late.sub": 17, "late.sub.x": 18, "late": 19, "late.y": 20, "odd table": 21, "odd table.x y": 21, "odd table.x y.z": 22,
		"list.0": 23, "list.0.a": 24, "list.1": 26, "list.1.a": 27, "list.1.b.c": 28, "deep.list.0": 29, "deep.list.0.a": 30, "deep.list.1": 31, "deep.list.1.b": 32,
		// A missing key has the line of the table around it.
		"plain.x": 2, "table.nothing": 9, "table.sub.inline.d.1.h.i": 14, "list.0.b": 23, "nowhere": 0, "nowhere.x": 0, "": 0,
	}
	for ending, text := range map[string]string{"LF": text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "BOM": "\ufeff" + text} {
		f, err := profile.ParseFile("f.toml", []byte(text))
		if err != nil {
			t.Fatal(ending, err)
		}
		got := map[string]int{}
		for key := range want {
			got[key] = f.Line(strings.Split(key, ".")...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", ending, diff)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	syntax := func(en string) lang.Text { return lang.Text{EN: en, ZH: "不是有效的 TOML：" + en} }
	escape := lang.Text{
		EN: `In "…" a backslash begins an escape sequence. Put a Windows path in single quotes: 'file:C:\keys\crm'`,
		ZH: `"…" 中的反斜杠表示转义。Windows 路径请用单引号：'file:C:\keys\crm'`,
	}
	for text, want := range map[string]profile.Error{
		"a = \"C:\\keys\"\n":            {File: "f.toml", Line: 1, Problem: syntax("invalid escape character U+006B 'k'"), Hint: escape},
		"a = \"C:\\Users\\ada\\key\"\n": {File: "f.toml", Line: 1, Problem: syntax("invalid hexadecimal digit in unicode escape sequence"), Hint: escape},
		"\xff\xfea\x00=\x001\x00": {
			File: "f.toml", Problem: lang.Text{EN: "expected UTF-8, got UTF-16", ZH: "文件须为 UTF-8 编码，实为 UTF-16"},
			Hint: lang.Text{
				EN: "Save the file as UTF-8. In PowerShell: (Get-Content FILE) | Set-Content -Encoding utf8 FILE",
				ZH: "请将文件另存为 UTF-8。PowerShell 中可用：(Get-Content 文件) | Set-Content -Encoding utf8 文件",
			},
		},
		"a = 1\nb =\n":                              {File: "f.toml", Line: 2, Problem: syntax("unexpected character U+000A at start of value")},
		"a = 1\n\na = 2\n":                          {File: "f.toml", Line: 3, Key: "a", Problem: syntax("key a is already defined")},
		"[t]\nx = 1\n[u]\n[t]\n":                    {File: "f.toml", Line: 4, Key: "t", Problem: syntax("table t already exists")},
		"[[r]]\nx = 1\nx = 2\n":                     {File: "f.toml", Line: 3, Key: "x", Problem: syntax("key x is already defined")},
		"t = { a = 1 }\nt.b = 2\n":                  {File: "f.toml", Line: 2, Key: "t.b", Problem: syntax("key t is already defined")},
		"a = 1\nsecret = \"S3CR3T\nb = 1\n":         {File: "f.toml", Line: 2, Problem: syntax("basic strings cannot have new lines")},
		"secret = \"S3CR3T\" x\n":                   {File: "f.toml", Line: 1, Problem: syntax("expected newline but got U+0078 'x'")},
		"a = 1\nb = 99999999999999999999\n":         {File: "f.toml", Line: 2, Problem: syntax("decimal number is too large to fit in a 64-bit signed integer")},
		"a = \"\xff\"":                              {File: "f.toml", Line: 1, Problem: syntax("invalid UTF-8 character in basic string")},
		"[profiles.x\nclient_secret = \"S3CR3T\"\n": {File: "f.toml", Line: 1},
	} {
		_, err := profile.ParseFile("f.toml", []byte(text))
		var got *profile.Error
		if !errors.As(err, &got) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if want.Problem.IsZero() {
			want.Problem = got.Problem // the parser's text is not ours to check
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
		if strings.Contains(err.Error(), "S3CR3T") {
			t.Errorf("%q: the error shows a value: %v", text, err)
		}
	}
}

func TestCheckFiles(t *testing.T) {
	user := parse(t, "user.toml", `default_profile = 5
profile = "x"
[profiles]
a = 1
[profiles.b]
[profilez.c]
`)
	project := parse(t, "ssoctl.toml", "default_profle = \"b\"\nprofiles = 1\n")
	got := profile.Sources{User: user, Project: project}.CheckFiles()
	want := `ssoctl.toml:1: default_profle: unknown key; did you mean default_profile?
ssoctl.toml:2: profiles: expected a table, got a whole number
user.toml:1: default_profile: expected the name of a profile, got a whole number
user.toml:2: profile: unknown key; did you mean profiles?
user.toml:4: profiles.a: expected a table [profiles.a]
user.toml:6: profilez: unknown key; did you mean profiles?`
	if diff := cmp.Diff(want, message(t, got)); diff != "" {
		t.Error(diff)
	}
	if _, err := profile.Load("b", profile.Sources{Builtin: files{}, User: user}); err == nil {
		t.Error("a profile was loaded from a file with errors")
	}
	if err := (profile.Sources{User: parse(t, "user.toml", "")}).CheckFiles(); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	src := profile.Sources{
		Builtin: files{"b.toml": "", "a.toml": "", "notes.txt": ""},
		Project: parse(t, "ssoctl.toml", "default_profile = \"theirs\"\n[profiles.theirs]\n[profiles.both]\n"),
	}
	if got := src.DefaultName(); got != "theirs" {
		t.Error(got)
	}
	src.User = parse(t, "user.toml", "default_profile = \"mine\"\n[profiles.mine]\n[profiles.both]\n")
	if got := src.DefaultName(); got != "mine" {
		t.Error(got)
	}
	if got := (profile.Sources{}).DefaultName(); got != "" {
		t.Error(got)
	}
	if diff := cmp.Diff([]string{"both", "mine", "theirs"}, src.OwnNames()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "b"}, src.BuiltinNames()); diff != "" {
		t.Error(diff)
	}
}

func TestTrustedFolders(t *testing.T) {
	f, err := profile.ParseFile("f.toml", []byte(`trusted = ["/srv/a/", "~", "~/b/../c", "/d//e"]`))
	if err != nil {
		t.Fatal(err)
	}
	for home, want := range map[string][]string{
		"/home/me": {"/srv/a", "/home/me", "/home/me/c", "/d/e"},
		"":         {"/srv/a", "/d/e"},
	} {
		got, err := f.TrustedFolders(home)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("home %q: %v %s", home, err, diff)
		}
	}
	if got, err := (*profile.File)(nil).TrustedFolders("/home/me"); got != nil || err != nil {
		t.Errorf("no file: got %q, %v; want neither", got, err)
	}
}

// The user's cache wins over the project's. A file may refer to an address with a password
// but not contain one, and no error shows the password.
func TestCache(t *testing.T) {
	for text, want := range map[string]string{
		`cache = "redis://cache.example.com:6380/1"`: "",
		`cache = "unix:///run/redis.sock"`:           "",
		`cache = "env:CACHE"`:                        "",
		`cache = "file:cache.txt"`:                   "",
		`cache = "none"`:                             "",
		`cache = 1`:                                  "f.toml:1: cache: expected an address, got a whole number",
		`cache = "cmd:vault read cache"`:             "f.toml:1: cache: a cmd: reference is not allowed here",
		`cache = "redis://user:s3cret@example.com"`:  "f.toml:1: cache: contains a password",
		`cache = "redis://:s3cret@ex ample.com"`:     "f.toml:1: cache: not an address",
	} {
		f, err := profile.ParseFile("f.toml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := (profile.Sources{User: f}).CheckFiles(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	file := func(path, text string) *profile.File {
		f, err := profile.ParseFile(path, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	user, project := file("user.toml", "\ncache = \"none\"\n"), file("project.toml", `cache = "env:CACHE"`)
	for _, test := range []struct {
		from       profile.Sources
		text, path string
		line       int
	}{
		{profile.Sources{User: user, Project: project}, "none", "user.toml", 2},
		{profile.Sources{User: file("other.toml", ""), Project: project}, "env:CACHE", "project.toml", 1},
		{profile.Sources{}, "", "", 0},
	} {
		if got := test.from.Cache(); got.Text != test.text || got.File != test.path || got.Line != test.line {
			t.Errorf("got %+v, want %+v", got, test)
		}
	}
}
