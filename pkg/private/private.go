// Package private reads and creates files and folders that only the current user can
// write, so that nobody else on the machine can plant data in them.
//
// [MkdirAll] creates a folder and [ReadFile] reads a file in it. To write one, use
// atomicfile.Write with mode 0600.
package private

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// MaxFile is the largest file that [ReadFile] reads, in bytes.
const MaxFile = 16 << 20

// Error says why a file or folder cannot be trusted.
type Error struct {
	Path    string
	Problem lang.Text
}

func (e *Error) Error() string { return e.Text().EN }

// Failure returns [failure.Profile].
func (*Error) Failure() failure.Kind { return failure.Profile }

// Text returns the error in both languages.
func (e *Error) Text() lang.Text {
	return lang.Text{EN: e.Path + " " + e.Problem.EN, ZH: e.Path + " " + e.Problem.ZH}
}

// Hint says what to do about the error.
func (e *Error) Hint() lang.Text {
	return lang.Text{
		EN: "Somebody else could have written it. Find out who did, then move " + e.Path + " away: ssoctl makes a new one.",
		ZH: "它可能是别人写的。请查明来源，再把 " + e.Path + " 移走，ssoctl 会重新创建。",
	}
}

// MkdirAll creates a folder and its parents with mode 0700. A folder that already
// exists must pass [CheckDir].
func MkdirAll(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return CheckDir(dir)
}

// CheckDir returns an [*Error] unless the current user owns the folder and nobody else
// can write to it. It follows symbolic links.
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

// ReadFile returns the content of a file in a folder that passes [CheckDir]. The error
// is an [*Error] unless the file is a regular file of the current user, has mode 0600
// or stricter and is at most [MaxFile] bytes long. It wraps [fs.ErrNotExist] if there
// is no such file. ReadFile does not follow symbolic links, and does not block on a
// FIFO or a device.
func ReadFile(path string) ([]byte, error) {
	if err := CheckDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path) // check first: merely opening a device can have side effects
	if err != nil {
		return nil, err
	}
	if err := checkFile(path, info); err != nil {
		return nil, err
	}
	var f *os.File
	err = atomicfile.Retry(func() (err error) {
		f, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|noFollow, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil { // check again: the file may have been replaced
		return nil, err
	}
	if err := checkFile(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = &Error{path, lang.Sprintf(lang.Text{EN: "is larger than %d MiB", ZH: "超过 %d MiB"}, MaxFile>>20)}
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
