package setup

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

const description = `
title = "A server"
[inputs]
client_id     = { required = true }
client_secret = { required = true, secret = true }
other_secret  = { required = true, secret = true }
[reply]
ok = "true"
[token]
method = "POST"
url    = "https://sso.example.com/token"
form   = { id = "{client_id}", secret = "{client_secret}", other = "{other_secret}" }
read   = { access_token = ".t" }
`

const table = `[profiles.mine]
extends       = "crm"
client_id     = "C"
client_secret = "file:secrets/mine.client_secret"
other_secret  = "file:secrets/mine.other_secret"
`

// write makes files below dir, by their path.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// read returns the files below dir, and its folders with a slash at the end.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, dir)
		switch {
		case err != nil || name == "":
			return err
		case d.IsDir():
			out[name[1:]+"/"] = ""
			return nil
		}
		text, err := os.ReadFile(path)
		out[name[1:]] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAdd: either the secrets and the configuration are written, or the folder is unchanged.
func TestAdd(t *testing.T) {
	const inline = "profiles = {}\n"
	for _, c := range []struct {
		name         string
		before, want map[string]string
		err          string // the start of the error
	}{
		{
			name: "new",
			want: map[string]string{
				"config.toml": schemaLine + "\n" + table, schemaFile: string(profile.Schema()),
				"secrets/": "", "secrets/mine.client_secret": "S1\n", "secrets/mine.other_secret": "S2\n",
			},
		},
		{
			name:   "the second secret exists",
			before: map[string]string{"secrets/mine.other_secret": "old\n"},
			want:   map[string]string{"secrets/": "", "secrets/mine.other_secret": "old\n"},
			err:    "file:secrets/mine.other_secret already exists",
		},
		{
			name:   "nothing can be appended",
			before: map[string]string{"config.toml": inline},
			want:   map[string]string{"config.toml": inline},
			err:    "PATH: cannot append [profiles.mine]: ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.before)
			path := filepath.Join(dir, "config.toml")
			s := New(Options{
				Name: "mine", From: "crm", Place: InFiles, Path: path, Console: terminal.Console{W: t.Output()},
				Sources: profile.Sources{Builtin: fstest.MapFS{"crm.toml": {Data: []byte(description)}}},
			})
			if err := s.Choose(t.Context()); err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"client_id": "C", "client_secret": "S1", "other_secret": "S2"} {
				if err := s.Give(name, value); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			if err := s.Add(t.Context()); err != nil {
				got = strings.ReplaceAll(err.Error(), path, "PATH")
			}
			if !strings.HasPrefix(got, c.err) || (got == "") != (c.err == "") {
				t.Errorf("got error %q, want %q", got, c.err)
			}
			if diff := cmp.Diff(c.want, read(t, dir)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUndo: a replaced secret is restored.
func TestUndo(t *testing.T) {
	before := map[string]string{"secrets/": "", "secrets/mine.client_secret": "old\n"}
	dir := t.TempDir()
	write(t, dir, map[string]string{"secrets/mine.client_secret": "old\n"})
	undo, err := fileStore{dir, "secrets/mine.client_secret"}.set(t.Context(), secret.New("new"))
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir)["secrets/mine.client_secret"]; got != "new\n" {
		t.Errorf("got %q, want the new secret", got)
	}
	undo()
	if diff := cmp.Diff(before, read(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
