package failure

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"ssoctl/pkg/lang"
)

// WithoutPath removes the paths from a file's error, for messages that already name it, and
// adds the Chinese text if the error is a common one.
func WithoutPath(err error) error {
	switch at := err.(type) {
	case *fs.PathError:
		err = at.Err
	case *os.LinkError:
		err = at.Err
	}
	for _, texts := range []map[error]string{fileTexts, systemTexts} {
		for known, zh := range texts {
			if errors.Is(err, known) {
				return &fileError{err, zh}
			}
		}
	}
	return err
}

// fileTexts are the Chinese texts of common errors.
var fileTexts = map[error]string{
	fs.ErrNotExist: "没有这个文件或目录", fs.ErrPermission: "没有权限", fs.ErrExist: "文件已存在",
	syscall.EISDIR: "这是目录", syscall.ENOTDIR: "路径中有一段不是目录", syscall.ENOSPC: "磁盘已满", syscall.EROFS: "文件系统是只读的", syscall.ELOOP: "符号链接层数过多",
}

// fileError is an operating system's error about a file, with a Chinese text.
type fileError struct {
	error
	zh string
}

func (e *fileError) Unwrap() error { return e.error }

// Text returns the error in both languages.
func (e *fileError) Text() lang.Text { return lang.Text{EN: e.Error(), ZH: e.zh} }
