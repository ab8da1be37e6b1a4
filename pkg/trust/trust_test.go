package trust_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/trust"
)

var day = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

func add(t *testing.T, s trust.Store, f trust.File, at time.Time) trust.Record {
	t.Helper()
	r, err := s.Add(f, at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStore(t *testing.T) {
	s := trust.Store{Dir: filepath.Join(t.TempDir(), "state", "trust")}
	one, other := trust.File{Path: "/a/ssoctl.toml", Data: []byte("1")}, trust.File{Path: "/a/ssoctl.toml", Data: []byte("2")}
	elsewhere := trust.File{Path: "/b/ssoctl.toml", Data: []byte("1")}
	if _, ok := s.Find(one); ok {
		t.Error("trusted before Add")
	}
	first := add(t, s, one, day)
	for _, f := range []trust.File{other, elsewhere, {Path: "/a/ssoctl.toml\x00", Data: one.Data}, {Path: "/a/ssoctl.tom", Data: []byte("l1")}} {
		if _, ok := s.Find(f); ok {
			t.Errorf("%+v is trusted, but was not added", f)
		}
	}
	second, third := add(t, s, other, day.Add(time.Hour)), add(t, s, elsewhere, day)
	got, err := s.List()
	if diff := cmp.Diff([]trust.Record{first, second, third}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if latest, ok := s.Latest(one.Path); latest != second || !ok {
		t.Errorf("latest: %+v", latest)
	}
	if n, err := s.Revoke(one.Path); n != 2 || err != nil {
		t.Errorf("revoked %d, %v", n, err)
	}
	if got, _ := s.List(); len(got) != 1 || got[0] != third {
		t.Errorf("records after Revoke: %+v", got)
	}
}

// TestForeignRecords: a record counts only for the file it names, under its own name,
// and only if no other user could have written it.
func TestForeignRecords(t *testing.T) {
	s := trust.Store{Dir: t.TempDir()}
	if err := os.Chmod(s.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f := trust.File{Path: "/a/ssoctl.toml", Data: []byte("1")}
	evil := trust.File{Path: f.Path, Data: []byte("evil")}
	record := filepath.Join(s.Dir, add(t, s, f, day).Sum+".json")
	copied := filepath.Join(s.Dir, evil.Sum()+".json")
	for name, do := range map[string]func() error{
		"another file's record":    func() error { return os.Link(record, copied) },
		"a link":                   func() error { return os.Symlink(record, copied) },
		"invalid JSON":             func() error { return os.WriteFile(copied, []byte("{"), 0o600) },
		"a record of another path": func() error { return os.WriteFile(copied, []byte(`{"path":"/b","sha256":"`+evil.Sum()+`"}`), 0o600) },
		"a record that others may write": func() error {
			return errors.Join(os.WriteFile(copied, []byte(`{"path":"/a/ssoctl.toml","sha256":"`+evil.Sum()+`"}`), 0o600), os.Chmod(copied, 0o666))
		},
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if r, ok := s.Find(evil); ok {
			t.Errorf("%s: %+v", name, r)
		}
		os.Remove(copied)
	}
	if _, ok := s.Find(f); !ok {
		t.Error("the user's own record is ignored")
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := (trust.Store{}).Add(trust.File{Path: "/a"}, day); !errors.Is(err, trust.ErrNoDir) {
		t.Errorf("Add without a folder: %v", err)
	}
	got, err := trust.Store{}.List()
	if _, ok := (trust.Store{}).Find(trust.File{Path: "/a"}); ok || got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestBelow(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"acme/one", "acme-evil", "other"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("acme", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path, folder string
		want         bool
	}{
		{"acme/ssoctl.toml", "acme", true},
		{"acme/one/ssoctl.toml", "acme", true},
		{"acme/one/ssoctl.toml", "acme/", true},
		{"acme/one/ssoctl.toml", "link", true},
		{"acme/one/ssoctl.toml", "acme-evil/../acme", true},
		{"acme/..ssoctl.toml", "acme", true},
		{"acme-evil/ssoctl.toml", "acme", false},
		{"other/ssoctl.toml", "acme", false},
		{"ssoctl.toml", "acme", false},
		{"acme", "acme", false},
		{"acme/ssoctl.toml", "acme/one", false},
		{"acme/ssoctl.toml", "nosuch", false},
	} {
		if got := trust.Below(filepath.Join(dir, tt.path), dir+"/"+tt.folder); got != tt.want {
			t.Errorf("%s below %s: %v", tt.path, tt.folder, got)
		}
	}
	if trust.Below(filepath.Join(dir, "acme/x"), "") || trust.Below("", dir) || trust.Below(strings.TrimPrefix(dir, "/"), "/") {
		t.Error("a relative path is below something")
	}
	if !trust.Below(filepath.Join(dir, "x"), "/") {
		t.Error("an absolute path is not below /")
	}
}

// A file is remembered under its real path, even after it was removed with its folder.
func TestRealPath(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link": "folder", "folder/file-link": "file"} {
		if err := os.MkdirAll(filepath.Join(dir, "folder"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "folder", "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"folder/file": "folder/file", "link/file": "folder/file", "link/file-link": "folder/file",
		"link/removed": "folder/removed", "removed/file": "removed/file",
	} {
		got, err := trust.RealPath(filepath.Join(dir, path))
		if got != filepath.Join(dir, want) || err != nil {
			t.Errorf("%s: got %s, %v; want %s", path, got, err, want)
		}
	}
}
