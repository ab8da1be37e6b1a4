package profile

import (
	"errors"
	"io/fs"
	"path/filepath"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/regularfile"
)

// ReadFile reads and parses a configuration file. It returns nil if there is none.
func ReadFile(path string) (*File, error) {
	data, err := ReadBytes(path)
	if regularfile.IsAbsent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, Unreadable(path, err)
	}
	f, err := ParseFile(path, data)
	if err != nil {
		return nil, err
	}
	f.Dir, err = filepath.Abs(filepath.Dir(path))
	return f, err
}

// ReadBytes reads a regular file of at most [MaxFile] bytes.
func ReadBytes(path string) ([]byte, error) { return regularfile.Read(path, MaxFile>>20) }

// Unreadable returns the error for a configuration file that exists but cannot be read.
func Unreadable(path string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at
	}
	return &Error{File: path, Problem: lang.Sprintf(lang.Text{EN: "cannot be read: %v", ZH: "无法读取：%v"}, failure.WithoutPath(err))}
}

// Unwritable returns the error for a file that cannot be written.
func Unwritable(path string, err error, hint lang.Text) error {
	return &Error{File: path, Problem: lang.Sprintf(lang.Text{EN: "cannot be written: %v", ZH: "无法写入：%v"}, failure.WithoutPath(err)), Hint: hint}
}
