package failure

import "ssoctl/pkg/lang"

// TemporaryError says that a temporary file cannot be written. Its kind is [Internal].
type TemporaryError struct {
	Dir string // the folder for temporary files
	Err error
}

func (e *TemporaryError) Error() string { return e.Text().EN }
func (e *TemporaryError) Unwrap() error { return e.Err }

// Text returns the message in both languages.
func (e *TemporaryError) Text() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "cannot write a temporary file in %s: %v", ZH: "无法在 %s 中写入临时文件：%v",
	}, e.Dir, WithoutPath(e.Err))
}

// Hint says what to do about the error.
func (*TemporaryError) Hint() lang.Text {
	return lang.Text{
		EN: "Free some space there, or set TMPDIR to a folder that you can write to.",
		ZH: "请清理该目录所在的磁盘，或把 TMPDIR 指向可写的目录。",
	}
}
