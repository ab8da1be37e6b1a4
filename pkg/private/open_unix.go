//go:build unix

package private

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// OpenToAll reports whether everybody on the machine can read or change a regular file, and its
// mode. It is false for a file that the user cannot close to others: that of another user, or on a
// read-only file system, where containers mount secrets with mode 0444.
func OpenToAll(path string) (mode fs.FileMode, open bool) { return openTo(0o006, path) }

// OpenToOthers is OpenToAll, but also reports a file that a group can read or change.
func OpenToOthers(path string) (mode fs.FileMode, open bool) { return openTo(0o066, path) }

func openTo(others fs.FileMode, path string) (mode fs.FileMode, open bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode()&others == 0 {
		return 0, false
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	readOnly := unix.Access(path, unix.W_OK) == unix.EROFS
	return info.Mode().Perm(), int(owner) == os.Geteuid() && !readOnly
}
