// Package private reads and makes the files and folders in which one user keeps
// state: nothing is taken from a place that somebody else on the machine could
// have written. [MkdirAll] makes a folder, [ReadFile] reads a file of it; write
// with atomicfile.Write and mode 0600.
package private

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ssoctl/pkg/lang"
)

// MaxFile is the largest file that ReadFile reads, in bytes.
const MaxFile = 16 << 20

// Error says why a file or folder is not used.
type Error struct {
	Path    string
	Problem lang.Text
}

func (e *Error) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *Error) Text() lang.Text {
	return lang.Text{EN: e.Path + " " + e.Problem.EN, ZH: e.Path + " " + e.Problem.ZH}
}

// MkdirAll makes a folder, and those above it, with mode 0700. Where it exists it has
// to pass CheckDir.
func MkdirAll(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return CheckDir(dir)
}

// CheckDir returns an *Error unless the current user owns the folder and nobody else
// can write to it. A symbolic link stands for its target.
func CheckDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &Error{dir, lang.Text{EN: "is not a folder", ZH: "不是目录"}}
	}
	const writable = 0o022
	return check(dir, info, writable, lang.Text{EN: "can be written by other users", ZH: "可被其他用户写入"})
}

// ReadFile returns the content of a file in a folder that passes CheckDir. The error
// is an *Error unless it is a regular file of the current user, of mode 0600 or less
// and at most MaxFile bytes; it wraps fs.ErrNotExist where there is none. A symbolic
// link is not followed, and a FIFO or a device does not block.
func ReadFile(path string) ([]byte, error) {
	if err := CheckDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path) // opening a device can do harm
	if err != nil {
		return nil, err
	}
	if err := checkFile(path, info); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|noFollow, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil { // it may be another one by now
		return nil, err
	}
	if err := checkFile(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = &Error{path, lang.Text{EN: fmt.Sprintf("is larger than %d MiB", MaxFile>>20), ZH: fmt.Sprintf("超过 %d MiB", MaxFile>>20)}}
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

func checkFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return &Error{path, lang.Text{EN: "is not a regular file", ZH: "不是普通文件"}}
	}
	const others = 0o077
	return check(path, info, others, lang.Text{EN: "can be read or written by other users", ZH: "可被其他用户读写"})
}
