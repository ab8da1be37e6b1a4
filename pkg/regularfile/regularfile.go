// Package regularfile reads regular files and refuses to wait for a pipe or a device.
//
// [Read] reads a whole file, [Open] opens one, [IsAbsent] is for the errors of both.
package regularfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"ssoctl/pkg/lang"
)

// ErrNotRegular means that a path names a folder, a pipe or a device.
var ErrNotRegular = lang.Errorf(lang.Text{EN: "not a regular file", ZH: "不是普通文件"})

// Read reads a regular file of at most mebibytes MiB.
func Read(path string, mebibytes int) ([]byte, error) {
	f, _, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(mebibytes)<<20+1))
	if err == nil && len(data) > mebibytes<<20 {
		err = lang.Errorf(lang.Text{EN: "larger than %d MiB", ZH: "超过 %d MiB"}, mebibytes)
	}
	return data, err
}

// Open opens a regular file and returns its size in bytes. It never blocks on a pipe or a
// device, even if one replaces the file between the check and the open.
func Open(path string) (f *os.File, size int64, err error) {
	info, err := os.Stat(path) // merely opening a device can have effects
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, ErrNotRegular
	}
	if f, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// IsAbsent reports whether an error means that a file does not exist.
func IsAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
