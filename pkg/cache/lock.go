package cache

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"ssoctl/pkg/private"
)

func (f Folder) lockPath(key string) string { return filepath.Join(f.Dir, fileName(key)+lockExtension) }

const lockExtension = ".lock"

// Lock implements [Store]. The lock is never nil without an error.
//
// The lock is a file lock. Its holder removes the file at the end. Waiting processes still have that
// file open, so [folderLock.Refuse] writes the refusal into it: no other process can read it.
func (f Folder) Lock(ctx context.Context, key Key, waiting func()) (Lock, error) {
	if f.Dir == "" {
		return &folderLock{}, nil
	}
	if err := private.MkdirAll(f.Dir); err != nil {
		return nil, err
	}
	waiting = sync.OnceFunc(waiting)
	for {
		file, err := openLock(f.lockPath(key.Name), os.O_CREATE)
		if err != nil {
			return nil, err
		}
		if err := lockFile(ctx, file, waiting); err != nil {
			file.Close()
			return nil, err
		}
		if inPlace(file) {
			return &folderLock{f, key, file}, nil
		}
		why := refusal(file)
		file.Close()
		if len(why) > 0 {
			return nil, &RefusedError{Why: why}
		}
	}
}

// LockFile waits until no other process holds the lock file, which it creates. Call unlock, which
// removes the file.
func LockFile(ctx context.Context, path string) (unlock func(), err error) {
	for {
		file, err := openLock(path, os.O_CREATE)
		if err != nil {
			return nil, err
		}
		if err := lockFile(ctx, file, func() {}); err != nil {
			file.Close()
			return nil, err
		}
		if inPlace(file) {
			return func() { removeLocked(file) }, nil
		}
		file.Close()
	}
}

// openLock opens a lock file. It does not block if there is a FIFO of that name.
func openLock(path string, flags int) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK|flags, 0o600)
}

// lockFile waits until no other process has the file locked. Closing the file unlocks it.
func lockFile(ctx context.Context, file *os.File, waiting func()) error {
	const pause = 20 * time.Millisecond
	for {
		if locked, err := tryLock(file); locked || err != nil {
			return err
		}
		waiting()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// folderLock is a lock on a key of a folder. file is nil for the zero Folder, and after Unlock.
type folderLock struct {
	folder Folder
	key    Key
	file   *os.File
}

func (l *folderLock) Save(e Entry, now time.Time) error { return l.folder.Save(l.key, e, now) }

func (l *folderLock) Drop() error {
	return l.folder.remove(l.key, func(string) bool { return true })
}

// Refuse implements [Lock]. The file is removed first, so that processes
// that come later cannot read the refusal, even if this one is killed. On Windows a file that
// is open cannot be removed, and the refusal is not shared.
func (l *folderLock) Refuse(why []byte) {
	if l.file == nil || len(why) > Largest {
		return
	}
	if os.Remove(l.file.Name()) != nil {
		l.Unlock()
		return
	}
	if isRegular(l.file) {
		if _, err := l.file.WriteAt(why, 0); err != nil {
			_ = l.file.Truncate(0) // do not leave part of a refusal
		}
	}
	l.close()
}

func (l *folderLock) Unlock() {
	if l.file == nil {
		return
	}
	removeLocked(l.file) // a failure does no harm
	l.file = nil
}

func (l *folderLock) close() {
	l.file.Close()
	l.file = nil
}

// refusal returns what [folderLock.Refuse] left in a file that is no longer in place.
func refusal(file *os.File) []byte {
	if !isRegular(file) {
		return nil
	}
	why, err := io.ReadAll(io.NewSectionReader(file, 0, Largest))
	if err != nil {
		return nil
	}
	return why
}

func isRegular(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// inPlace reports whether the locked file is the one that other processes will open. The
// previous holder may have removed it, and another process may have created a new one.
func inPlace(file *os.File) bool {
	held, err := file.Stat()
	if err != nil {
		return false
	}
	seen, err := os.Stat(file.Name())
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
	file, err := openLock(path, 0)
	if err != nil {
		return
	}
	if locked, _ := tryLock(file); locked {
		removeLocked(file)
		return
	}
	file.Close()
}
