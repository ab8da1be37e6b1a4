package expiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/private"
)

var now = time.Date(2026, 11, 28, 5, 30, 0, 0, time.UTC)

func in(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }

func save(t *testing.T, f Folder, name string, end, at time.Time) {
	t.Helper()
	if err := f.Save(name, []byte(name), end, at); err != nil {
		t.Fatal(err)
	}
}

// tree lists the contents of the folder.
func tree(t *testing.T, f Folder) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(f.Dir, func(path string, _ fs.DirEntry, err error) error {
		if path != f.Dir {
			out = append(out, path[len(f.Dir)+1:])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSave(t *testing.T) {
	f := Folder{Dir: filepath.Join(t.TempDir(), "state", "logins")}
	save(t, f, "a", in(10), now)
	save(t, f, "b", in(29), now)
	save(t, f, "b", in(30), now)                        // replaces the first
	save(t, f, "c", now.AddDate(9000, 0, 0).UTC(), now) // beyond the year 9999
	want := []string{"until-2026-11-28T06Z", "until-2026-11-28T06Z/a", "until-2026-11-28T07Z", "until-2026-11-28T07Z/b", "until-9999-12-31T23Z", "until-9999-12-31T23Z/c"}
	if diff := cmp.Diff(want, tree(t, f)); diff != "" {
		t.Error(diff)
	}
	paths, err := f.Paths()
	b, err2 := f.Path("b")
	if diff := cmp.Diff([]string{filepath.Join(f.Dir, want[1]), filepath.Join(f.Dir, want[3]), filepath.Join(f.Dir, want[5])}, paths); diff != "" || b != paths[1] || err != nil || err2 != nil {
		t.Error(b, err, err2, diff)
	}
	for path, want := range map[string]fs.FileMode{b: 0o600, filepath.Dir(b): 0o700 | fs.ModeDir, f.Dir: 0o700 | fs.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	if _, err := f.Path("d"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestCreate(t *testing.T) {
	f := Folder{Dir: t.TempDir()}
	if err := os.Chmod(f.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, end := range []int{10, 10, 100} { // the last one in the folder of another hour
		err := f.Create("a", []byte("a"), in(end), now)
		if first := i == 0; (err == nil) != first || errors.Is(err, fs.ErrExist) == first {
			t.Errorf("until %s: %v", in(end), err)
		}
	}
	path, err := f.Path("a")
	if data, err2 := os.ReadFile(path); string(data) != "a" || err != nil || err2 != nil {
		t.Errorf("%q %v %v", data, err, err2)
	}
}

// Writing a file deletes expired ones, a limited number at a time, and no others.
func TestSweep(t *testing.T) {
	f := Folder{Dir: filepath.Join(t.TempDir(), "codes")}
	for i := range 2 * mostRemoved {
		save(t, f, fmt.Sprint("old", i), in(20), now)
	}
	save(t, f, "young", in(50), now)
	for _, name := range []string{"foreign", "until-nobody-knows"} {
		if err := os.Mkdir(filepath.Join(f.Dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"foreign", "until-2026-11-28T07Z", "until-2026-11-28T07Z/new", "until-2026-11-28T07Z/young", "until-nobody-knows"}
	for _, left := range []int{mostRemoved, 0, 0} {
		save(t, f, "new", in(51), in(30))
		if got := tree(t, f); len(got) != len(want)+left+min(1, left) && left > 0 {
			t.Errorf("%d files and folders are left, want %d", len(got), len(want)+left+1)
		}
	}
	if diff := cmp.Diff(want, tree(t, f)); diff != "" {
		t.Error(diff)
	}
}

// Earlier versions kept files in the folder itself.
func TestSweepsFlatFiles(t *testing.T) {
	f := Folder{Dir: filepath.Join(t.TempDir(), "logins")}
	if err := private.MkdirAll(f.Dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"0a1b.json", "key.json.lock"} {
		if err := os.WriteFile(filepath.Join(f.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(t, f, "new", in(1), now)
	if diff := cmp.Diff([]string{"key.json.lock", "until-2026-11-28T06Z", "until-2026-11-28T06Z/new"}, tree(t, f)); diff != "" {
		t.Error(diff)
	}
}

// Beyond Most, the files that expire first are deleted.
func TestMost(t *testing.T) {
	f := Folder{Dir: filepath.Join(t.TempDir(), "tokens"), Most: 3}
	for i, hour := range []int{3, 1, 2, 1, 4, 5} {
		save(t, f, fmt.Sprint("f", i), in(60*hour), now)
	}
	var got []string
	paths, err := f.Paths()
	for _, path := range paths {
		got = append(got, filepath.Base(path))
	}
	if diff := cmp.Diff([]string{"f0", "f4", "f5"}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// Nothing is kept without a folder (not even in the working directory), or in one that
// other users can write to.
func TestNoFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	var none Folder
	if err := none.Save("a", nil, in(1), now); !errors.Is(err, ErrNoDir) {
		t.Error(err)
	}
	if err := none.Create("a", nil, in(1), now); !errors.Is(err, ErrNoDir) {
		t.Error(err)
	}
	if got, err := none.Paths(); len(got) != 0 || err != nil {
		t.Error(got, err)
	}
	if got := tree(t, Folder{Dir: "."}); len(got) != 0 {
		t.Error(got)
	}
	open := Folder{Dir: filepath.Join(t.TempDir(), "open")}
	save(t, open, "a", in(1), now)
	if err := os.Chmod(open.Dir, 0o770); err != nil {
		t.Fatal(err)
	}
	_, err := open.Path("a")
	_, err2 := open.Paths()
	for _, err := range []error{err, err2, open.Save("a", nil, in(1), now), open.Create("b", nil, in(1), now)} {
		if !errors.As(err, new(*private.Error)) {
			t.Error(err)
		}
	}
}

// BenchmarkFiles calls each method with few and with many files in turn, and reports the
// ratio of the median times, which must not grow with the number of files. Every call
// deletes as many expired files as one call may.
func BenchmarkFiles(b *testing.B) {
	for name, do := range map[string]func(f Folder, name string) error{
		"save":   func(f Folder, name string) error { return f.Save(name, nil, in(10), now) },
		"create": func(f Folder, name string) error { return f.Create(name, nil, in(10), now) },
		"find":   func(f Folder, _ string) error { _, err := f.Path("f0"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			folders := [...]Folder{filled(b, 10, mostRemoved*b.N), filled(b, 10_000, 10_000+mostRemoved*b.N)}
			var took [len(folders)][]time.Duration
			for i := range b.N {
				for j, f := range folders {
					begun := time.Now()
					if err := do(f, fmt.Sprint("new", i)); err != nil {
						b.Fatal(err)
					}
					took[j] = append(took[j], time.Since(begun))
				}
			}
			few, many := median(took[0]), median(took[1])
			b.ReportMetric(float64(many), "ns/op")
			b.ReportMetric(float64(many)/float64(few), "x-of-10")
		})
	}
}

// filled returns a folder with n files, and with others that have expired. It is in memory
// if possible: on a disk, the time for the same files varies threefold.
func filled(b *testing.B, n, expired int) Folder {
	dir, err := os.MkdirTemp("/dev/shm", "")
	if err != nil {
		dir = b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	f := Folder{Dir: filepath.Join(dir, "codes")}
	for end, count := range map[time.Time]int{in(-100): expired, in(10): n} {
		at, err := f.prepare(end, in(-200))
		if err != nil {
			b.Fatal(err)
		}
		for i := range count {
			if err := os.WriteFile(filepath.Join(at.path, fmt.Sprint("f", i)), nil, 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
	return f
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
