//go:build unix

package cache

import (
	"os"
	"syscall"
	"testing"
)

// A FIFO in place of an entry or a lock file does not block.
func TestFIFO(t *testing.T) {
	s := Folder{Dir: folder(t)}
	save(t, s, "k", lives("crm"), now)
	entry := path(t, s, "k")
	if err := os.Remove(entry); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{entry, s.lockPath("k")} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := s.Lock(t.Context(), Key{Name: "k"}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	lock.Unlock()
	if e, ok := s.Find(t.Context(), Key{Name: "k"}, now); ok {
		t.Errorf("found %+v", e)
	}
	if list, err := s.List(now); len(list) != 0 || err != nil {
		t.Errorf("listed %+v, %v", list, err)
	}
	save(t, s, "k", lives("crm"), now)
	if _, ok := s.Find(t.Context(), Key{Name: "k"}, now); !ok {
		t.Error("the FIFO was not replaced")
	}
}
