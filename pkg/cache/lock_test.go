package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Save removes stale lock files, and no others.
func TestSweepsLocks(t *testing.T) {
	s := Folder{Dir: folder(t)}
	for name, age := range map[string]time.Duration{"left": 2 * time.Hour, "held": 2 * time.Hour, "new": time.Minute} {
		path := s.lockPath(name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, now, now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	lockedFile(t, s.lockPath("held"))
	save(t, s, "k", lives("crm"), now)
	locks, err := filepath.Glob(s.lockPath("*"))
	if diff := cmp.Diff([]string{s.lockPath("held"), s.lockPath("new")}, locks); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func lockedFile(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := openLock(path, os.O_CREATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	if locked, err := tryLock(file); !locked || err != nil {
		t.Fatal(locked, err)
	}
	return file
}

// Only one of many callers holds the lock at a time, and no file is left at the end.
func TestLock(t *testing.T) {
	s := Folder{Dir: filepath.Join(t.TempDir(), "tokens")}
	const many, turns = 8, 25
	var holders atomic.Int32 // atomic, because the race detector does not understand file locks
	ended := make(chan error, many)
	for range many {
		go func() {
			for range turns {
				lock, err := s.Lock(context.Background(), Key{Name: "k"}, func() {})
				if err != nil {
					ended <- err
					return
				}
				if holders.Add(1) != 1 {
					ended <- errors.New("two hold the lock")
					return
				}
				holders.Add(-1)
				lock.Unlock()
			}
			ended <- nil
		}()
	}
	for range many {
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	if got := names(t, s.Dir); len(got) != 0 {
		t.Errorf("files after the last unlock: %q", got)
	}
}

// A lock on a removed file does not count, because other processes lock the new file of
// that name.
func TestLockedInPlace(t *testing.T) {
	l := lockedFile(t, filepath.Join(t.TempDir(), "lock"))
	if !inPlace(l) {
		t.Error("inPlace is false for the locked file")
	}
	if err := os.Remove(l.Name()); err != nil || inPlace(l) {
		t.Errorf("inPlace is true after the file was removed, or error %v", err)
	}
	if err := os.WriteFile(l.Name(), nil, 0o600); err != nil || inPlace(l) {
		t.Errorf("inPlace is true after the file was replaced, or error %v", err)
	}
}

func TestLockWaits(t *testing.T) {
	s := Folder{Dir: folder(t)}
	lock, err := s.Lock(t.Context(), Key{Name: "k"}, func() { t.Error("waiting was called for a free lock") })
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Lock(t.Context(), Key{Name: "another"}, func() { t.Error("waiting was called for the lock of another key") })
	if err != nil {
		t.Fatal(err)
	}
	other.Unlock()
	waited := 0
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Lock(ctx, Key{Name: "k"}, func() { waited++ }); !errors.Is(err, context.DeadlineExceeded) || waited != 1 {
		t.Errorf("%v; waiting was called %d times, want 1", err, waited)
	}
	lock.Unlock()
	again, err := s.Lock(t.Context(), Key{Name: "k"}, func() { t.Error("waiting was called after unlock") })
	if err != nil {
		t.Fatal(err)
	}
	again.Unlock()
}

// Waiting processes take over a refusal, unless it is too long, the holder was killed, or the lock
// was released before.
func TestRefuse(t *testing.T) {
	const many = 5
	for name, test := range map[string]struct {
		end  func(*folderLock)
		want error
	}{
		"refused":  {func(l *folderLock) { l.Refuse([]byte("limit")); l.Unlock() }, &RefusedError{Why: []byte("limit")}},
		"too long": {func(l *folderLock) { l.Refuse(make([]byte, Largest+1)); l.Unlock() }, nil},
		"released": {func(l *folderLock) { l.Unlock(); l.Refuse([]byte("limit")) }, nil},
		"killed":   {func(l *folderLock) { l.close() }, nil},
	} {
		s := Folder{Dir: folder(t)}
		holder := locked(t, s)
		waiting, got := make(chan bool, many), make(chan error, many)
		for range many {
			go func() {
				l, err := s.Lock(t.Context(), Key{Name: "k"}, func() { waiting <- true })
				if err == nil {
					l.Unlock()
				}
				got <- err
			}()
		}
		for range many {
			<-waiting
		}
		test.end(holder)
		for range many {
			if diff := cmp.Diff(test.want, <-got); diff != "" {
				t.Errorf("%s: error (-want +got)\n%s", name, diff)
			}
		}
		locked(t, s).Unlock()
		if left := names(t, s.Dir); len(left) > 0 {
			t.Errorf("%s: files after the last unlock: %q", name, left)
		}
	}
}

// A process that comes after the refusal locks a new file, while others still wait.
func TestRefuseLater(t *testing.T) {
	s := Folder{Dir: folder(t)}
	holder := locked(t, s)
	waiter, err := openLock(s.lockPath("k"), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer waiter.Close()
	holder.Refuse([]byte("limit"))
	locked(t, s).Unlock()
	if got := string(refusal(waiter)); got != "limit" {
		t.Errorf("the waiting process reads %q, want limit", got)
	}
}

func locked(t *testing.T, s Folder) *folderLock {
	t.Helper()
	l, err := s.Lock(t.Context(), Key{Name: "k"}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return l.(*folderLock)
}
