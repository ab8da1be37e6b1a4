//go:build unix

package pending

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A login that another user could have written gives an error that says so.
func TestForeign(t *testing.T) {
	s := Store{Dir: folder(t)}
	save(t, s, begun("S1"))
	path := path(t, s, "crm", "S1")
	for problem, spoil := range map[string]func() error{
		path + " can be read or written by other users (mode 0660)": func() error { return os.Chmod(path, 0o660) },
		path + " is not a regular file":                             func() error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
		s.Dir + " can be written by other users (mode 0703)":        func() error { return os.Chmod(s.Dir, 0o703) },
	} {
		os.Remove(path)
		save(t, s, begun("S1"))
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		got, err := s.Find("crm", "S1", now)
		if !cmp.Equal(got, Login{}) || fmt.Sprint(err) != problem {
			t.Errorf("%+v, %v; want %s", got, err, problem)
		}
		if err := os.Chmod(s.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}
