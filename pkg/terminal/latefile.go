package terminal

import (
	"context"
	"io"
	"os"

	"ssoctl/pkg/bom"
	"ssoctl/pkg/lang"
)

// LateFile is a file that is opened by its first Read, because opening a pipe waits for its
// writer.
type LateFile struct {
	Path string
	file *os.File
}

// Read implements [io.Reader].
func (f *LateFile) Read(b []byte) (n int, err error) {
	if f.file == nil {
		if f.file, err = os.Open(f.Path); err != nil {
			return 0, err
		}
	}
	return f.file.Read(b)
}

// Close closes the file, if it was opened.
func (f *LateFile) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

// ReadFile reads a text of at most so many KiB, without a byte order mark. The file may be a pipe, as
// a shell makes one for <(…). If ctx ends first, ReadFile stops waiting and returns the error of ctx.
func ReadFile(ctx context.Context, path string, kibibytes int) ([]byte, error) {
	f := &LateFile{Path: path}
	data, err := io.ReadAll(io.LimitReader(Interruptible(ctx, f), int64(kibibytes)<<10+1))
	if ended := ctx.Err(); ended != nil {
		return nil, ended // f stays open, because its Read may still be running
	}
	f.Close()
	if err == nil && len(data) > kibibytes<<10 {
		err = lang.Errorf(lang.Text{EN: "larger than %d KiB", ZH: "超过 %d KiB"}, kibibytes)
	}
	return bom.Decode(data), err
}
