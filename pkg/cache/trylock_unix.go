//go:build unix

package cache

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks a file; locked is false if another process has it locked.
func tryLock(file *os.File) (locked bool, err error) {
	conn, err := file.SyscallConn()
	if err != nil {
		return false, err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) })
	if errors.Is(failed, unix.EWOULDBLOCK) {
		return false, nil
	}
	err = errors.Join(err, failed)
	return err == nil, err
}

// removeLocked removes a locked file, before another process can lock it, and closes it.
func removeLocked(file *os.File) {
	os.Remove(file.Name())
	file.Close()
}
