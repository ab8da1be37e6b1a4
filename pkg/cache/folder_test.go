package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// now is the real time, because files get their times from the system.
var now = time.Now().UTC().Truncate(time.Second)

// lives returns an entry with a lifetime of two hours. It is good until ten minutes before its end.
func lives(profile string) Entry {
	return Entry{
		Profile: profile, Address: "https://api.example.com/token", At: now, ExpiresAt: now.Add(2 * time.Hour),
		Response: []byte(`{"token":"` + profile + `"}`),
	}
}

func save(t *testing.T, s Folder, key string, e Entry, at time.Time) {
	t.Helper()
	if err := s.Save(Key{Name: key}, e, at); err != nil {
		t.Fatal(err)
	}
}

// folder returns a folder that no other user can write to, whatever the umask is.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tokens")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// path returns the file of an entry.
func path(t *testing.T, s Folder, key string) string {
	t.Helper()
	at, err := s.folder().Path(fileName(key))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		out = append(out, f.Name())
	}
	return out
}

func TestFind(t *testing.T) {
	s := Folder{Dir: filepath.Join(t.TempDir(), "a", "tokens")}
	save(t, s, "k1", lives("crm"), now)
	save(t, s, "k2", lives("shop"), now)
	for _, test := range []struct {
		key, want string
		after     time.Duration
	}{
		{"k1", "crm", 0},
		{"k2", "shop", 0},
		{"k1", "crm", 110*time.Minute - time.Second},
		{"k1", "", 110 * time.Minute},
		{"k1", "", 3 * time.Hour},
		{"k1", "", -time.Second}, // the clock was set back
		{"k3", "", 0},
	} {
		got, ok := s.Find(t.Context(), Key{Name: test.key}, now.Add(test.after))
		if ok != (test.want != "") || ok && !cmp.Equal(got, lives(test.want)) {
			t.Errorf("%s after %s: %v, %v; want %q", test.key, test.after, got.Profile, ok, test.want)
		}
	}
}

// A file that cannot be read counts as no entry, and can be replaced.
func TestDamaged(t *testing.T) {
	s := Folder{Dir: folder(t)}
	save(t, s, "k", lives("crm"), now)
	for _, text := range []string{"", "{", `{"at":1}`, "null", "\xff"} {
		if err := os.WriteFile(path(t, s, "k"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
			t.Errorf("%q was found", text)
		}
		if list, err := s.List(now); len(list) != 0 || err != nil {
			t.Errorf("%q: %v, %v", text, list, err)
		}
	}
	save(t, s, "k", lives("crm"), now)
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); !ok {
		t.Error("a damaged entry was not replaced")
	}
}

// A file that another user could have written counts as no entry either.
func TestForeign(t *testing.T) {
	s := Folder{Dir: folder(t)}
	for name, spoil := range map[string]func(path string) error{
		"readable by others": func(path string) error { return os.Chmod(path, 0o644) },
		"a link": func(path string) error {
			return errors.Join(os.Rename(path, path+".target"), os.Symlink(path+".target", path))
		},
		"a folder": func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
	} {
		save(t, s, "k", lives("crm"), now)
		at := path(t, s, "k")
		if err := spoil(at); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
			t.Errorf("%s: the entry was found", name)
		}
		os.Remove(at)
	}
	save(t, s, "k", lives("crm"), now)
	if err := os.Chmod(s.Dir, 0o770); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
		t.Error("found in a folder that others can write to")
	}
	if err := s.Save(Key{Name: "k"}, lives("crm"), now); err == nil {
		t.Error("saved in a folder that others can write to")
	}
	if _, err := s.Lock(t.Context(), Key{Name: "k"}, func() {}); err == nil {
		t.Error("locked in a folder that others can write to")
	}
}

func TestOwnerOnly(t *testing.T) {
	s := Folder{Dir: filepath.Join(t.TempDir(), "ssoctl", "tokens")}
	save(t, s, "k", lives("crm"), now)
	for path, want := range map[string]fs.FileMode{path(t, s, "k"): 0o600, s.Dir: 0o700 | fs.ModeDir, filepath.Dir(s.Dir): 0o700 | fs.ModeDir} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestKeepsNothingHuge(t *testing.T) {
	s := Folder{Dir: folder(t)}
	huge := lives("huge")
	huge.Response = make([]byte, Largest+1)
	save(t, s, "huge", huge, now)
	if _, ok := s.Find(t.Context(), Key{Name: "huge"}, now); ok {
		t.Error("a response above the limit was kept")
	}
}

func TestListAndClear(t *testing.T) {
	s := Folder{Dir: filepath.Join(t.TempDir(), "tokens")}
	if list, err := s.List(now); len(list) != 0 || err != nil {
		t.Errorf("a folder that does not exist: %v, %v", list, err)
	}
	first := lives("crm")
	first.ExpiresAt = now.Add(time.Hour)
	save(t, s, "k1", lives("shop"), now)
	save(t, s, "k2", first, now)
	save(t, s, "k3", lives("crm"), now)
	list, err := s.List(now)
	if err != nil || len(list) != 3 || !cmp.Equal(list[0], first) {
		t.Errorf("%v, %v", list, err)
	}
	if list, _ := s.List(now.Add(56 * time.Minute)); len(list) != 2 {
		t.Errorf("after one entry expired: %v", list)
	}
	for _, test := range []struct {
		profile string
		want    int
	}{{"none", 0}, {"crm", 2}, {"crm", 0}, {"", 1}, {"", 0}} {
		if n, err := s.Clear(test.profile); n != test.want || err != nil {
			t.Errorf("clear %q: %d, %v; want %d", test.profile, n, err, test.want)
		}
	}
}

func TestRemove(t *testing.T) {
	s := Folder{Dir: folder(t)}
	save(t, s, "k", lives("crm"), now)
	if err := s.Remove(t.Context(), Key{Name: "k"}, lives("earlier")); err != nil {
		t.Error(err)
	}
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); !ok {
		t.Error("Remove of an earlier entry deleted the present one")
	}
	for range 2 { // removing a missing entry is not an error
		if err := s.Remove(t.Context(), Key{Name: "k"}, lives("crm")); err != nil {
			t.Error(err)
		}
	}
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
		t.Error("the entry was found after Remove")
	}
}

// A store without a folder keeps nothing, not even in the working directory.
func TestZeroStore(t *testing.T) {
	t.Chdir(t.TempDir())
	var s Folder
	save(t, s, "k", lives("crm"), now)
	lock, err := s.Lock(t.Context(), Key{Name: "k"}, func() { t.Error("Lock waits without a folder") })
	if err != nil {
		t.Fatal(err)
	}
	lock.Unlock()
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
		t.Error("an entry was kept without a folder")
	}
	if n, err := s.Clear(""); n != 0 || err != nil || s.Remove(t.Context(), Key{Name: "k"}, Entry{}) != nil {
		t.Errorf("%d, %v", n, err)
	}
	if got := names(t, "."); len(got) != 0 {
		t.Errorf("files in the working directory: %q", got)
	}
}
