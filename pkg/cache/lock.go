package cache

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"ssoctl/pkg/private"
)

func (s Store) lockPath(key string) string { return filepath.Join(s.Dir, fileName(key)+lockExtension) }

const lockExtension = ".lock"

// lockFlags are how a lock is opened; a FIFO of that name does not block.
const lockFlags = os.O_CREATE | os.O_RDONLY | syscall.O_NONBLOCK

// Lock waits until no other process holds the lock of a key, or ctx ends. waiting
// is called once if there is one that does. unlock gives it back.
func (s Store) Lock(ctx context.Context, key string, waiting func()) (unlock func(), err error) {
	if s.Dir == "" {
		return func() {}, nil
	}
	const pause = 20 * time.Millisecond
	if err := private.MkdirAll(s.Dir); err != nil {
		return nil, err
	}
	l := flock.New(s.lockPath(key), flock.SetFlag(lockFlags))
	for {
		locked, err := l.TryLock()
		if err == nil && !locked {
			waiting()
			waiting = func() {}
			locked, err = l.TryLockContext(ctx, pause)
		}
		if err != nil {
			return nil, err
		}
		if locked && inPlace(l) {
			return func() {
				os.Remove(l.Path()) // before others can hold it; where it has to stay, it stays
				l.Unlock()
			}, nil
		}
		l.Unlock()
	}
}

// inPlace reports whether the file that is locked is the one that others will see:
// who held it before has removed it.
func inPlace(l *flock.Flock) bool {
	held, err := l.Stat()
	if err != nil {
		return false
	}
	seen, err := os.Stat(l.Path())
	return err == nil && os.SameFile(held, seen)
}

// stale is the age at which a lock is left over by a process that was killed.
const stale = time.Hour

// sweepLocks removes locks that are left over. Those that cannot be removed stay.
func (s Store) sweepLocks(now time.Time) {
	entries, _ := os.ReadDir(s.Dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), lockExtension) {
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > stale {
			removeLock(filepath.Join(s.Dir, e.Name()))
		}
	}
}

// removeLock removes a lock that nobody holds.
func removeLock(path string) {
	l := flock.New(path, flock.SetFlag(lockFlags&^os.O_CREATE))
	if locked, _ := l.TryLock(); locked {
		os.Remove(path) // as in Lock, before others can hold it
	}
	l.Unlock()
}
