package pending

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// now is the real time, because files get their times from the system.
var now = time.Now().UTC().Truncate(time.Second)

func begun(state string) Login {
	return Login{
		Profile: "crm", RedirectURI: "http://127.0.0.1:8976/callback", State: state, Nonce: "N",
		CodeVerifier: "V", ExpiresAt: now.Add(10 * time.Minute),
	}
}

// folder returns a folder that no other user can write to, whatever the umask is.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "logins")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func save(t *testing.T, s Store, l Login) {
	t.Helper()
	if err := s.Save(l, now); err != nil {
		t.Fatal(err)
	}
}

// files returns the paths of the store's files.
func files(t *testing.T, s Store) []string {
	t.Helper()
	found, err := s.folder().Paths()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// path returns the file of a login.
func path(t *testing.T, s Store, profile, key string) string {
	t.Helper()
	at, err := s.folder().Path(fileName(profile, key))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestFound(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "a", "logins")}
	stateless := Login{Profile: "crm", RedirectURI: "http://127.0.0.1:8976/x1y2z3", ExpiresAt: now.Add(time.Minute)}
	for _, l := range []Login{begun("S1"), begun("S2"), stateless} {
		save(t, s, l)
	}
	for _, want := range []Login{begun("S1"), begun("S2"), stateless} {
		got, err := s.Find("crm", want.Key(), now)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Find(%s): %v\n%s", want.Key(), err, diff)
		}
	}
}

// TestBefore: the responses that an authorize URL was made from are kept, unless they are huge.
func TestBefore(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "logins")}
	l := begun("S1")
	l.Before = []Response{{Step: "push", At: now, Body: []byte(`{"request_uri":"R1"}`)}}
	save(t, s, l)
	got, err := s.Find("crm", "S1", now)
	if diff := cmp.Diff(l, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	l = begun("S2")
	l.Before = []Response{{Step: "push", At: now, Body: make([]byte, maxFile)}}
	if err := s.Save(l, now); err == nil {
		t.Error("a huge login was kept")
	}
}

func TestNotFound(t *testing.T) {
	dir := folder(t)
	s := Store{Dir: dir}
	save(t, s, begun("S1"))
	t.Chdir(dir) // a store without a folder must not use it
	for _, c := range []struct {
		name, profile, key string
		store              Store
		at                 time.Time
	}{
		{"another state", "crm", "S2", s, now},
		{"no state", "crm", "", s, now},
		{"another profile", "shop", "S1", s, now},
		{"profile and state run together", "cr", "mS1", s, now},
		{"the redirect_uri of a login with a state", "crm", begun("").RedirectURI, s, now},
		{"expired", "crm", "S1", s, now.Add(10*time.Minute + 1)},
		{"no folder", "crm", "S1", Store{Dir: filepath.Join(dir, "nosuch")}, now},
		{"no home", "crm", "S1", Store{}, now},
	} {
		if got, err := c.store.Find(c.profile, c.key, c.at); !errors.Is(err, ErrNone) || !cmp.Equal(got, Login{}) {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
	if _, err := s.Find("crm", "S1", now.Add(10*time.Minute)); err != nil {
		t.Errorf("at the moment of expiry: %v", err)
	}
}

// No other user can read a stored login, whatever the umask is.
func TestOwnerOnly(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "state", "logins")}
	save(t, s, begun("S1"))
	file := path(t, s, "crm", "S1")
	for path, want := range map[string]fs.FileMode{
		file:                0o600,
		filepath.Dir(file):  0o700 | fs.ModeDir,
		s.Dir:               0o700 | fs.ModeDir,
		filepath.Dir(s.Dir): 0o700 | fs.ModeDir,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has %v, want %v", path, info.Mode(), want)
		}
	}
}

// A state may contain any character, and is not used as a path.
func TestKeyIsNotAPath(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "logins")}
	l := begun("../../etc/passwd\x00")
	save(t, s, l)
	if got := files(t, s); len(got) != 1 {
		t.Errorf("files: %q", got)
	}
	if _, err := s.Find("crm", l.State, now); err != nil {
		t.Error(err)
	}
}

func TestRemove(t *testing.T) {
	s := Store{Dir: folder(t)}
	save(t, s, begun("S1"))
	save(t, s, begun("S2"))
	if err := s.Remove(begun("S1")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find("crm", "S1", now); !errors.Is(err, ErrNone) {
		t.Errorf("after Remove: %v", err)
	}
	if _, err := s.Find("crm", "S2", now); err != nil {
		t.Errorf("the login that was not removed: %v", err)
	}
	if err := s.Remove(begun("S1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
}

// A new login with the same state replaces the earlier one.
func TestSaveAgain(t *testing.T) {
	s := Store{Dir: folder(t)}
	save(t, s, begun("S1"))
	want := begun("S1")
	want.CodeVerifier = "V2"
	save(t, s, want)
	if got, err := s.Find("crm", "S1", now); !cmp.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// A damaged file gives an error that names it, not ErrNone.
func TestCorrupted(t *testing.T) {
	s := Store{Dir: folder(t)}
	save(t, s, begun("S1"))
	path := path(t, s, "crm", "S1")
	for _, text := range []string{"", "{", "null garbage", `{"profile":1}`, "\xff\xfe"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := s.Find("crm", "S1", now)
		if err == nil || errors.Is(err, ErrNone) || !strings.Contains(fmt.Sprint(err), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find("crm", "S1", now); err == nil || !strings.Contains(fmt.Sprint(err), path) {
		t.Errorf("a folder in place of the file: %v", err)
	}
}

// Commands that save, find and remove at the same time never read a half-written file.
func TestConcurrent(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "logins")}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				own, shared := begun(fmt.Sprint("S", i)), begun("shared")
				shared.CodeVerifier = fmt.Sprint("V", i)
				if err := errors.Join(s.Save(own, now), s.Save(shared, now)); err != nil {
					t.Error(err)
					return
				}
				if got, err := s.Find("crm", own.State, now); !cmp.Equal(got, own) || err != nil {
					t.Errorf("the goroutine's own login: %v, %v", got, err)
				}
				if got, err := s.Find("crm", "shared", now); err != nil || got.State != "shared" {
					t.Errorf("the shared login: %v, %v", got, err)
				}
				if err := s.Remove(own); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := files(t, s); len(got) != 1 {
		t.Errorf("files at the end: %q, want 1", got)
	}
}

func TestCannotSave(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, s := range []Store{{}, {Dir: filepath.Join(file, "logins")}} {
		if err := s.Save(begun("S1"), now); err == nil {
			t.Errorf("saved in %q", s.Dir)
		}
	}
	if got, _ := os.ReadDir("."); len(got) != 0 {
		t.Errorf("files in the working directory: %v", got)
	}
}
