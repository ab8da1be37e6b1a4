// Package atomicfile writes files whole or not at all.
package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// prefix begins the name of a file that is being written.
const prefix = ".new-"

// Write has the file whole or not at all, with these permissions, whatever the
// umask and whatever was there. Until it is whole it stands beside its place.
func Write(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), prefix+"*") // created with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // when the rename did not happen
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Unfinished reports whether a file of this name, without its folder, is one that
// Write was cut off in.
func Unfinished(name string) bool { return strings.HasPrefix(name, prefix) }
