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

func (f Folder) lockPath(key string) string { return filepath.Join(f.Dir, fileName(key)+lockExtension) }

const lockExtension = ".lock"

// lockFlags are the flags to open a lock file. Opening a FIFO of that name does not block.
const lockFlags = os.O_CREATE | os.O_RDONLY | syscall.O_NONBLOCK

// Lock implements [Store]. The lock is never nil.
func (f Folder) Lock(ctx context.Context, key Key, waiting func()) (Lock, error) {
	if f.Dir == "" {
		return &folderLock{}, nil
	}
	const pause = 20 * time.Millisecond
	if err := private.MkdirAll(f.Dir); err != nil {
		return nil, err
	}
	l := flock.New(f.lockPath(key.Name), flock.SetFlag(lockFlags))
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
			return &folderLock{f, key, l}, nil
		}
		l.Unlock()
	}
}

// folderLock is a lock on a key of a folder. The lock file is nil for the zero Folder.
type folderLock struct {
	folder Folder
	key    Key
	file   *flock.Flock
}

func (l *folderLock) Save(e Entry, now time.Time) error { return l.folder.Save(l.key, e, now) }

func (l *folderLock) Drop() error {
	return l.folder.remove(l.key, func(string) bool { return true })
}

// Refuse implements [Lock]: a folder has nowhere to say it.
func (l *folderLock) Refuse([]byte) {}

func (l *folderLock) Unlock() {
	if l.file == nil {
		return
	}
	os.Remove(l.file.Path()) // before another process can lock it; a failure does no harm
	l.file.Unlock()
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
func (f Folder) sweepLocks(now time.Time) {
	entries, _ := os.ReadDir(f.Dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), lockExtension) {
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > stale {
			removeLock(filepath.Join(f.Dir, e.Name()))
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
