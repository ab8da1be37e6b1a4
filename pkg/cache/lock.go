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

// lockFlags are the flags to open a lock file. Opening a FIFO of that name does not block.
const lockFlags = os.O_CREATE | os.O_RDONLY | syscall.O_NONBLOCK

// Lock locks key, and waits until no other process holds the lock or ctx is done. It calls
// waiting once if it has to wait. Call unlock to release the lock.
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
				os.Remove(l.Path()) // before another process can lock it; a failure does no harm
				l.Unlock()
			}, nil
		}
		l.Unlock()
	}
}

// inPlace reports whether the locked file is the one that other processes will open. The
// previous holder may have removed it, and another process may have created a new one.
func inPlace(l *flock.Flock) bool {
	held, err := l.Stat()
	if err != nil {
		return false
	}
	seen, err := os.Stat(l.Path())
	return err == nil && os.SameFile(held, seen)
}

// stale is the age after which a lock file is assumed to be from a process that was killed.
const stale = time.Hour

// sweepLocks removes stale lock files, and ignores errors.
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

// removeLock removes a lock file unless a process holds it.
func removeLock(path string) {
	l := flock.New(path, flock.SetFlag(lockFlags&^os.O_CREATE))
	if locked, _ := l.TryLock(); locked {
		os.Remove(path) // as in Lock, before another process can lock it
	}
	l.Unlock()
}
