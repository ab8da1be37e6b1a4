package reference

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"ssoctl/pkg/lang"
)

// tree makes a home and a project directory with files in them.
func tree(t *testing.T) Resolver {
	t.Helper()
	top := t.TempDir()
	r := Resolver{
		LookupEnv: func(name string) (string, bool) {
			v, ok := map[string]string{"SET": "from env\n", "EMPTY": "", "BINARY": "hidden\xff"}[name]
			return v, ok
		},
		Home: filepath.Join(top, "home"),
		Dir:  filepath.Join(top, "project"),
	}
	for name, content := range map[string]string{
		"home/key":             "from home",
		"project/key":          "from project\n",
		"project/sub/crlf":     "windows\r\n",
		"project/sub/bom":      "\ufeffwindows\r\n",
		"project/sub/utf16":    "\xff\xfew\x00\r\x00\n\x00",
		"project/two":          "two\n\n",
		"project/none":         "",
		"project/newline":      "\n",
		"project/binary":       "hidden\xff\xfe",
		"project/full":         strings.Repeat("x", maxFile<<10),
		"project/large":        strings.Repeat("x", maxFile<<10+1),
		"project/~/key":        "a directory named ~",
		"project/chinese/密钥":   "密码",
		"outside/key":          "hidden outside",
		"project/env:SET/file": "x",
	} {
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"inner": "key", "outer": "../outside/key", "absolute": filepath.Join(top, "outside/key"), "outerdir": "../outside",
	} {
		if err := os.Symlink(target, filepath.Join(r.Dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestResolve(t *testing.T) {
	open := tree(t)
	open.Keyring = func(name string) (string, error) {
		if name == "crm/secret" {
			return "from keyring", nil
		}
		return "", errors.New("no such entry")
	}
	open.Run = func(dir string, words []string) (string, error) {
		if words[0] == "none" {
			return "", nil
		}
		return "[" + filepath.Base(dir) + "] " + strings.ReplaceAll(strings.Join(words, "|"), open.Home, "HOME"), nil
	}
	noCommands := open
	open.Commands = true
	outside := "file:" + filepath.Join(filepath.Dir(open.Dir), "outside/key")

	for _, test := range []struct {
		ref, want string // the secret, or "!" and a part of the error
	}{
		{"plain", "plain"},
		{"", ""},
		{"https://example.com", "https://example.com"},
		{"ENV:SET", "ENV:SET"},
		{"env:SET", "from env\n"},
		{"env:UNSET", "!not set"},
		{"env:EMPTY", "!empty"},
		{"env:BINARY", "!not UTF-8"},
		{"env:", "!missing"},
		{"file:key", "from project"},
		{"file:./sub/../key", "from project"},
		{"file:sub/crlf", "windows"},
		{"file:sub/bom", "windows"},
		{"file:sub/utf16", "w"},
		{"file:two", "two\n"},
		{"file:chinese/密钥", "密码"},
		{"file:full", strings.Repeat("x", maxFile<<10)},
		{"file:large", "!larger than 64 KiB"},
		{"file:none", "!empty"},
		{"file:newline", "!empty"},
		{"file:binary", "!not UTF-8"},
		{"file:absent", "!no such file"},
		{"file:sub", "!a directory"},
		{"file:.", "!a directory"},
		{"file:", "!missing"},
		{"file:inner", "from project"},
		{"file:~/key", "from home"},
		{"file:../outside/key", "hidden outside"},
		{"file:sub/../../outside/key", "hidden outside"},
		{outside, "hidden outside"},
		{"file:outer", "hidden outside"},
		{"file:absolute", "hidden outside"},
		{"file:outerdir/key", "hidden outside"},
		{"keyring:crm/secret", "from keyring"},
		{"keyring:crm/none", "!no such entry"},
		{"keyring:", "!no such entry"},
		{"cmd:pass show crm", "[project] pass|show|crm"},
		{`cmd:'a b' "c d" e\ f g\"h $X ` + "`id`" + ` ; | #`, "[project] a b|c d|e f|g\"h|$X|`id`|;|||#"},
		{"cmd:~/bin/get ~/key x~/y '~/q'", "[project] HOME/bin/get|HOME/key|x~/y|HOME/q"},
		{"cmd:pass 'show", "!quote as in sh"},
		{"cmd:", "!the program is missing"},
		{"cmd:  ", "!the program is missing"},
		{"cmd:none", "!it is empty"},
	} {
		got, err := open.Resolve(test.ref)
		problem, fails := strings.CutPrefix(test.want, "!")
		switch {
		case !fails && (err != nil || got.Reveal() != test.want):
			t.Errorf("%s: %.50q, %v; want %.50q", test.ref, got.Reveal(), err, test.want)
		case fails && (err == nil || !got.IsZero()):
			t.Errorf("%s: %q, no error; want %q", test.ref, got.Reveal(), problem)
		case fails && (!strings.Contains(err.Error(), problem) || !strings.HasPrefix(err.Error(), test.ref+": ")):
			t.Errorf("%s: %v; want %q", test.ref, err, problem)
		case fails && !strings.ContainsFunc(strings.TrimPrefix(lang.Of(err).ZH, test.ref), func(r rune) bool { return unicode.Is(unicode.Han, r) }):
			t.Errorf("%s: no Chinese: %q", test.ref, lang.Of(err).ZH)
		case fails && strings.Contains(err.Error(), "hidden"):
			t.Errorf("%s: the error shows the content: %v", test.ref, err)
		}
		if got, err := noCommands.Resolve(test.ref); strings.HasPrefix(test.ref, "cmd:") && (!errors.Is(err, ErrCommand) || !got.IsZero()) {
			t.Errorf("%s, not allowed: %q, %v", test.ref, got.Reveal(), err)
		}
	}
}

func TestResolveKeepsTheCause(t *testing.T) {
	r := tree(t)
	if _, err := r.Resolve("file:absent"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
	if err := os.Chmod(filepath.Join(r.Dir, "key"), 0); err != nil {
		t.Fatal(err)
	}
	// The superuser can read everything.
	if _, err := r.Resolve("file:key"); !errors.Is(err, fs.ErrPermission) && os.Getuid() != 0 {
		t.Errorf("%v is not fs.ErrPermission", err)
	}
}

func TestZeroResolver(t *testing.T) {
	t.Chdir(tree(t).Dir)
	for ref, want := range map[string]string{
		"env:SET": "not set", "file:~/key": "no home directory", "keyring:a/b": "no keyring", "cmd:id": "only configuration files",
	} {
		if _, err := (Resolver{}).Resolve(ref); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	if got, err := (Resolver{}).Resolve("file:key"); err != nil || got.Reveal() != "from project" {
		t.Errorf("a file of the working directory: %q, %v", got.Reveal(), err)
	}
}

func TestIsReference(t *testing.T) {
	for v, want := range map[string]bool{
		"env:X": true, "file:x": true, "keyring:a/b": true, "cmd:ls": true, "env:": true,
		"": false, "env": false, "Env:X": false, " env:X": false, "environment:X": false, "http://x": false, ":": false,
	} {
		if got := Is(v); got != want {
			t.Errorf("Is(%q) = %v", v, got)
		}
	}
}
