package record

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/regularfile"
)

// Files are the paths of the files that a recording is saved in; "" for none.
type Files struct{ HAR, Report string }

// Any reports whether there is a file.
func (f Files) Any() bool { return f != Files{} }

// Check returns a usage error for a file that cannot be written. Call it before anything is
// sent. It creates a temporary file in the folder and removes it.
func (f Files) Check() error {
	if f.HAR != "" && f.Report != "" && whole(f.HAR) == whole(f.Report) {
		return failure.Usagef(lang.Text{EN: "--har and --report name the same file", ZH: "--har 和 --report 是同一个文件"})
	}
	return cmp.Or(check("har", f.HAR), check("report", f.Report))
}

// whole returns the absolute path, or the path itself if the current folder is unknown.
func whole(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func check(flag, path string) error {
	if path == "" {
		return nil
	}
	if err := writable(path); err != nil {
		return failure.Usagef(lang.Text{EN: "--%s %s: %v", ZH: "--%s %s：%v"}, flag, path, failure.WithoutPath(err))
	}
	return nil
}

func writable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular(): // an atomic write would replace it
		return regularfile.ErrNotRegular
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return atomicfile.Writable(filepath.Dir(path))
}

// Save writes the files. version is ssoctl's version, for the HAR.
func (f Files) Save(r *Recorder, version string, page Report) error {
	var errs []error
	write := func(path string, make func() ([]byte, error)) {
		if path == "" {
			return
		}
		data, err := make()
		if err == nil {
			err = atomicfile.Write(path, data, 0o600)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
	}
	write(f.HAR, func() ([]byte, error) { return r.HAR(version, page.Lang) })
	write(f.Report, func() ([]byte, error) { return r.WriteReport(page) })
	return errors.Join(errs...)
}
