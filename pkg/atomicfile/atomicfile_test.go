package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// content returns the contents of the files in a folder by name.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		text, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		out[e.Name()] = string(text)
	}
	return out
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, c := range []struct {
		text string
		mode fs.FileMode
	}{{"first", 0o600}, {"", 0o644}, {"second", 0o600}} {
		if err := Write(path, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != c.mode {
			t.Errorf("%q: mode %v, want %v", c.text, info.Mode(), c.mode)
		}
		if got := content(t, dir); len(got) != 1 || got["file"] != c.text {
			t.Errorf("the folder contains %q", got)
		}
	}
}

// A failed Write leaves the old file in place and nothing beside it.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(taken, "kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(taken, []byte("x"), 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if got := content(t, dir); len(got) != 1 {
		t.Errorf("the folder contains %q", got)
	}
	if err := Write(filepath.Join(dir, "nosuch", "file"), []byte("x"), 0o600); err == nil {
		t.Error("a folder was created")
	}
}

func TestUnfinished(t *testing.T) {
	dir := t.TempDir()
	f, err := os.CreateTemp(dir, prefix+"*")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if !Unfinished(filepath.Base(f.Name())) || Unfinished("file.json") {
		t.Error("want Unfinished true for a temporary name and false for an ordinary one")
	}
}
