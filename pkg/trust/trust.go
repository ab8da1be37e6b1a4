// Package trust remembers which project configuration files the user has reviewed and
// allowed. A project's configuration comes with its repository, so anyone may have
// written it.
//
// Ask [Store.Find] before using a [File], and call [Store.Add] when the user allows
// it. Trust applies to one path with one content. [Below] supports trusting every file
// in a folder.
package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
	"ssoctl/pkg/regularfile"
)

// File is a file that was read once. Parse Data instead of reading the file again: it
// may have changed since it was checked.
type File struct {
	Path string // absolute, without symbolic links
	Data []byte
}

// Sum returns the SHA-256 of path and content, in hex.
func (f File) Sum() string {
	sum := sha256.Sum256(slices.Concat([]byte(f.Path), []byte{0}, f.Data))
	return hex.EncodeToString(sum[:])
}

// Record says that a file with a certain content is trusted.
type Record struct {
	Path string    `json:"path"`
	Sum  string    `json:"sha256"` // see [File.Sum]
	At   time.Time `json:"trusted_at"`
}

// Store keeps one file per [Record] in the folder Dir. If Dir is "", nothing is
// trusted.
type Store struct{ Dir string }

// ErrNoDir means that there is no folder to keep records in, because [Store].Dir is
// "".
var ErrNoDir = lang.Errorf(lang.Text{EN: "there is no home folder", ZH: "没有主目录"})

const extension = ".json"

func (s Store) path(sum string) string { return filepath.Join(s.Dir, sum+extension) }

// Find returns the record of a file with its present content. It ignores a record that
// another user could have written, and one that names another path.
func (s Store) Find(f File) (Record, bool) {
	r, ok := s.read(f.Sum())
	return r, ok && r.Path == f.Path
}

func (s Store) read(sum string) (r Record, ok bool) {
	if s.Dir == "" {
		return r, false
	}
	data, err := private.ReadFile(s.path(sum))
	return r, err == nil && json.Unmarshal(data, &r) == nil && r.Sum == sum
}

// Add trusts a file with its present content. Other contents that were trusted before
// stay trusted.
func (s Store) Add(f File, now time.Time) (Record, error) {
	r := Record{Path: f.Path, Sum: f.Sum(), At: now.UTC().Truncate(time.Second)}
	if s.Dir == "" {
		return r, ErrNoDir
	}
	if err := private.MkdirAll(s.Dir); err != nil {
		return r, err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	return r, atomicfile.Write(s.path(r.Sum), data, 0o600)
}

// List returns all records, sorted by path and time.
func (s Store) List() ([]Record, error) {
	if s.Dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []Record
	for _, e := range entries {
		if sum, ok := strings.CutSuffix(e.Name(), extension); ok {
			if r, ok := s.read(sum); ok {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Record) int {
		if n := strings.Compare(a.Path, b.Path); n != 0 {
			return n
		}
		return a.At.Compare(b.At)
	})
	return out, nil
}

// Latest returns the newest record for a path, regardless of the content.
func (s Store) Latest(path string) (latest Record, ok bool) {
	all, _ := s.List() // records that cannot be read are not trusted
	for _, r := range all {
		if r.Path == path {
			latest, ok = r, true
		}
	}
	return latest, ok
}

// Revoke deletes all records for a path and returns how many there were.
func (s Store) Revoke(path string) (n int, err error) {
	all, err := s.List()
	if err != nil {
		return 0, err
	}
	for _, r := range all {
		if r.Path != path {
			continue
		}
		if err := atomicfile.Remove(s.path(r.Sum)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Below reports whether a file is in a folder or one of its subfolders. path must not
// contain symbolic links, but folder may be one. A folder that does not exist contains
// nothing.
func Below(path, folder string) bool {
	if !filepath.IsAbs(folder) {
		return false
	}
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false
	}
	within, err := filepath.Rel(real, path)
	return err == nil && filepath.IsLocal(within) && within != "."
}

// RealPath returns the path under which a file is remembered, even if the file no longer
// exists.
func RealPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if !regularfile.IsAbsent(err) {
		return real, err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if regularfile.IsAbsent(err) {
		dir, err = filepath.Dir(abs), nil
	}
	return filepath.Join(dir, filepath.Base(abs)), err
}
