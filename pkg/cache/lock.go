package cache

import (
	"context"
	"os"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"ssoctl/pkg/private"
)

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
	l := flock.New(s.path(key)+lockExtension, flock.SetFlag(lockFlags))
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
