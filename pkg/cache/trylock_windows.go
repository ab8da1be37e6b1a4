package cache

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks a file; locked is false if another process has it locked.
func tryLock(file *os.File) (locked bool, err error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// removeLocked closes a locked file and removes it. Windows removes no file that is open, so one
// that another process waits for stays, and is that process's to remove.
func removeLocked(file *os.File) {
	file.Close()
	os.Remove(file.Name())
}
