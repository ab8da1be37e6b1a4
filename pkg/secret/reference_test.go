package secret

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		"project/two":          "two\n\n",
		"project/none":         "",
		"project/newline":      "\n",
		"project/binary":       "hidden\xff\xfe",
		"project/full":         strings.Repeat("x", maxFile),
		"project/large":        strings.Repeat("x", maxFile+1),
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
	confined := open
	confined.Confined = true
	open.Commands = true
	outside := "file:" + filepath.Join(filepath.Dir(open.Dir), "outside/key")

	for _, test := range []struct {
		ref            string
		open, confined string // the secret, or "!" and a part of the error
	}{
		{"plain", "plain", "plain"},
		{"", "", ""},
		{"https://example.com", "https://example.com", "https://example.com"},
		{"ENV:SET", "ENV:SET", "ENV:SET"},
		{"env:SET", "from env\n", "from env\n"},
		{"env:UNSET", "!not set", "!not set"},
		{"env:EMPTY", "!empty", "!empty"},
		{"env:BINARY", "!not UTF-8", "!not UTF-8"},
		{"env:", "!missing", "!missing"},
		{"file:key", "from project", "from project"},
		{"file:./sub/../key", "from project", "from project"},
		{"file:sub/crlf", "windows", "windows"},
		{"file:two", "two\n", "two\n"},
		{"file:chinese/密钥", "密码", "密码"},
		{"file:full", strings.Repeat("x", maxFile), strings.Repeat("x", maxFile)},
		{"file:large", "!larger than 64 KiB", "!larger than 64 KiB"},
		{"file:none", "!empty", "!empty"},
		{"file:newline", "!empty", "!empty"},
		{"file:binary", "!not UTF-8", "!not UTF-8"},
		{"file:absent", "!no such file", "!no such file"},
		{"file:sub", "!a directory", "!a directory"},
		{"file:.", "!a directory", "!a directory"},
		{"file:", "!missing", "!missing"},
		{"file:inner", "from project", "from project"},
		{"file:~/key", "from home", "!below its own directory"},
		{"file:../outside/key", "hidden outside", "!below its own directory"},
		{"file:sub/../../outside/key", "hidden outside", "!below its own directory"},
		{outside, "hidden outside", "!below its own directory"},
		{"file:outer", "hidden outside", "!escapes"},
		{"file:absolute", "hidden outside", "!escapes"},
		{"file:outerdir/key", "hidden outside", "!escapes"},
		{"keyring:crm/secret", "from keyring", "from keyring"},
		{"keyring:crm/none", "!no such entry", "!no such entry"},
		{"keyring:", "!no such entry", "!no such entry"},
		{"cmd:pass show crm", "[project] pass|show|crm", "!only your own configuration"},
		{`cmd:'a b' "c d" e\ f g\"h $X ` + "`id`" + ` ; | #`, "[project] a b|c d|e f|g\"h|$X|`id`|;|||#", "!only your own configuration"},
		{"cmd:~/bin/get ~/key x~/y '~/q'", "[project] HOME/bin/get|HOME/key|x~/y|HOME/q", "!only your own configuration"},
		{"cmd:pass 'show", "!quote as sh does", "!only your own configuration"},
		{"cmd:", "!the program is missing", "!only your own configuration"},
		{"cmd:  ", "!the program is missing", "!only your own configuration"},
		{"cmd:none", "!it is empty", "!only your own configuration"},
	} {
		for _, way := range []struct {
			name string
			r    Resolver
			want string
		}{{"open", open, test.open}, {"confined", confined, test.confined}} {
			got, err := way.r.Resolve(test.ref)
			problem, fails := strings.CutPrefix(way.want, "!")
			switch {
			case !fails && (err != nil || got.Reveal() != way.want):
				t.Errorf("%s %s: %.50q, %v; want %.50q", way.name, test.ref, got.Reveal(), err, way.want)
			case fails && (err == nil || !got.IsZero()):
				t.Errorf("%s %s: %q, no error; want %q", way.name, test.ref, got.Reveal(), problem)
			case fails && (!strings.Contains(err.Error(), problem) || !strings.HasPrefix(err.Error(), test.ref+": ")):
				t.Errorf("%s %s: %v; want %q", way.name, test.ref, err, problem)
			case fails && strings.Contains(err.Error(), "hidden"):
				t.Errorf("%s %s: the error shows the content: %v", way.name, test.ref, err)
			}
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
	// The superuser may read everything.
	if _, err := r.Resolve("file:key"); !errors.Is(err, fs.ErrPermission) && os.Getuid() != 0 {
		t.Errorf("%v is not fs.ErrPermission", err)
	}
}

func TestZeroResolver(t *testing.T) {
	t.Chdir(tree(t).Dir)
	for ref, want := range map[string]string{
		"env:SET": "not set", "file:~/key": "no home directory", "keyring:a/b": "no keyring", "cmd:id": "only your own",
	} {
		if _, err := (Resolver{}).Resolve(ref); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	for _, r := range []Resolver{{}, {Confined: true}} {
		if got, err := r.Resolve("file:key"); err != nil || got.Reveal() != "from project" {
			t.Errorf("%+v: %q, %v", r, got.Reveal(), err)
		}
	}
}

func TestIsReference(t *testing.T) {
	for v, want := range map[string]bool{
		"env:X": true, "file:x": true, "keyring:a/b": true, "cmd:ls": true, "env:": true,
		"": false, "env": false, "Env:X": false, " env:X": false, "environment:X": false, "http://x": false, ":": false,
	} {
		if got := IsReference(v); got != want {
			t.Errorf("IsReference(%q) = %v", v, got)
		}
	}
}
