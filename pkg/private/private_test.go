//go:build unix

package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// problem returns the English text of an *Error without its path; "" for nil.
func problem(t *testing.T, err error) string {
	t.Helper()
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if e == nil {
		return ""
	}
	return e.Problem.EN
}

// foreign gives path to another user. Only root can do that, so for other users it
// returns rootOwned, which belongs to root.
func foreign(t *testing.T, path, rootOwned string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return rootOwned
	}
	if err := os.Chown(path, 12345, -1); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadFile(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(path string) error
		problem string
	}{
		"own":                {func(string) error { return nil }, ""},
		"read only":          {func(path string) error { return os.Chmod(path, 0o400) }, ""},
		"readable by others": {func(path string) error { return os.Chmod(path, 0o644) }, "can be read or written by other users (mode 0644)"},
		"writable by group":  {func(path string) error { return os.Chmod(path, 0o620) }, "can be read or written by other users (mode 0620)"},
		"a symbolic link": {func(path string) error {
			return errors.Join(os.Rename(path, path+".target"), os.Symlink(path+".target", path))
		}, "is not a regular file"},
		"a FIFO":         {func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) }, "is not a regular file"},
		"a folder":       {func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, "is not a regular file"},
		"too large":      {func(path string) error { return os.Truncate(path, MaxFile+1) }, "is larger than 16 MiB"},
		"an open folder": {func(path string) error { return os.Chmod(filepath.Dir(path), 0o770) }, "can be written by other users (mode 0770)"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := errors.Join(os.Chmod(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("text"), 0o600), c.prepare(path)); err != nil {
				t.Fatal(err)
			}
			data, err := ReadFile(path)
			if got := problem(t, err); got != c.problem {
				t.Errorf("problem %q, want %q", got, c.problem)
			}
			if want := map[bool]string{true: "text"}[c.problem == ""]; string(data) != want {
				t.Errorf("read %q, want %q", data, want)
			}
		})
	}
}

func TestForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.Chmod(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("text"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(foreign(t, path, "/etc/passwd"))
	if got := problem(t, err); !strings.HasPrefix(got, "belongs to another user (uid ") {
		t.Errorf("problem %q", got)
	}
}

func TestNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "none", "none")} {
		if _, err := ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestMkdirAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := MkdirAll(dir); err != nil {
		t.Fatal(err)
	}
	modes := map[string]fs.FileMode{}
	for _, path := range []string{dir, filepath.Dir(dir)} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		modes[filepath.Base(path)] = info.Mode()
	}
	if diff := cmp.Diff(map[string]fs.FileMode{"a": 0o700 | fs.ModeDir, "b": 0o700 | fs.ModeDir}, modes); diff != "" {
		t.Error(diff)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := MkdirAll(link); err != nil {
		t.Errorf("a link to a folder: %v", err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := errors.Join(syscall.Mkfifo(fifo, 0o600), os.Chmod(dir, 0o702)); err != nil {
		t.Fatal(err)
	}
	if got, want := problem(t, CheckDir(fifo)), "is not a folder"; got != want {
		t.Errorf("a FIFO: %q, want %q", got, want)
	}
	if got, want := problem(t, MkdirAll(dir)), "can be written by other users (mode 0702)"; got != want {
		t.Errorf("a folder that others can write to: %q, want %q", got, want)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := problem(t, MkdirAll(foreign(t, dir, "/etc"))); !strings.HasPrefix(got, "belongs to another user (uid ") {
		t.Errorf("a folder of another user: %q", got)
	}
}
