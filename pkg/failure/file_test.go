package failure_test

import (
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// TestWithoutPath checks the texts of errors about files: a message names the path itself, and
// common causes have a Chinese text.
func TestWithoutPath(t *testing.T) {
	for _, test := range []struct {
		err  error
		want lang.Text
	}{
		{&fs.PathError{Op: "write", Path: "ca.pem", Err: syscall.ENOSPC}, lang.Text{EN: "no space left on device", ZH: "磁盘已满"}},
		{&os.LinkError{Op: "rename", Old: ".new-1", New: "ca.pem", Err: syscall.EEXIST}, lang.Text{EN: "file exists", ZH: "文件已存在"}},
		{&fs.PathError{Op: "write", Path: "ca.pem", Err: syscall.EIO}, lang.Text{EN: "input/output error"}},
	} {
		if diff := cmp.Diff(test.want, lang.Of(failure.WithoutPath(test.err))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.err, diff)
		}
	}
}

// TestTemporaryError: the message names the folder once.
func TestTemporaryError(t *testing.T) {
	err := &failure.TemporaryError{Dir: "/tmp", Err: &fs.PathError{Op: "write", Path: "/tmp/a/ca.pem", Err: syscall.ENOSPC}}
	want := lang.Text{EN: "cannot write a temporary file in /tmp: no space left on device", ZH: "无法在 /tmp 中写入临时文件：磁盘已满"}
	if diff := cmp.Diff(want, err.Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
