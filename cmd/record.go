package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/record"
	"ssoctl/pkg/regularfile"
)

// checkFile checks that the file of a flag can be written, before anything is sent.
func (r *recording) checkFile(flag, path string) error {
	if path == "" {
		return nil
	}
	if path == r.har && path == r.reportFile {
		return usagef(lang.Text{EN: "--har and --report name the same file", ZH: "--har 和 --report 是同一个文件"})
	}
	if err := writableFile(path); err != nil {
		return usagef(lang.Text{EN: "--%s %s: %v", ZH: "--%s %s：%v"}, flag, path, withoutPath(err))
	}
	return nil
}

func writableFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular(): // an atomic write would replace it
		return regularfile.ErrNotRegular
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return atomicfile.Writable(filepath.Dir(path))
}

// save writes the files of --har and --report.
func (r *recording) save(page record.Report) error {
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
	write(r.har, func() ([]byte, error) { return r.exchanges.HAR(version(), r.out.language()) })
	write(r.reportFile, func() ([]byte, error) { return r.exchanges.WriteReport(page) })
	return errors.Join(errs...)
}
