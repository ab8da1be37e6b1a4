// Package atomicfile writes files completely or not at all. Call [Write];
// [Writable] tells beforehand whether that can work. [Retry] is for readers of such files,
// [Remove] removes one.
package atomicfile

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// prefix starts the name of a file that is being written.
const prefix = ".new-"

// Write replaces the file at path with data. Readers see the old content or the new,
// never a part. The permissions are exactly mode, regardless of the umask and the old file.
// The data is first written to a temporary file in the same folder, which must exist.
func Write(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), prefix+"*") // created with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after a successful rename
	_, err = f.Write(data)
	if err = cmp.Or(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return Retry(func() error { return os.Rename(f.Name(), path) })
}

// Unfinished reports whether name is that of a temporary file of [Write], which stays
// behind if the process is killed. name has no folder.
func Unfinished(name string) bool { return strings.HasPrefix(name, prefix) }

// Writable returns an error if no file can be created in the folder dir.
func Writable(dir string) error {
	f, err := os.CreateTemp(dir, prefix+"*")
	if err != nil {
		return err
	}
	return cmp.Or(f.Close(), os.Remove(f.Name()))
}
