package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/expiring"
)

// Folder is a [Store] of one machine: a folder with one file for each token, which only its
// owner can read. The zero Folder keeps nothing.
type Folder struct{ Dir string }

// most is the approximate limit on entries in a folder. It is needed because a secret that changes
// with each run adds an entry each time.
const most = 1000

func (f Folder) folder() expiring.Folder { return expiring.Folder{Dir: f.Dir, Most: most} }

func fileName(key string) string { return key + ".json" }

// Find implements [Store]. It ignores a file that it cannot read.
func (f Folder) Find(_ context.Context, key Key, now time.Time) (e Entry, ok bool) {
	path, err := f.folder().Path(fileName(key.Name))
	if err != nil {
		return Entry{}, false
	}
	e, err = expiring.Read[Entry](path)
	return e, err == nil && e.Good(now)
}

// Save stores an entry, without a lock.
func (f Folder) Save(key Key, e Entry, now time.Time) error {
	if f.Dir == "" || len(e.Response) > Largest {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f.sweepLocks(now)
	return f.folder().Save(fileName(key.Name), data, e.ExpiresAt, now)
}

// Remove implements [Store].
func (f Folder) Remove(_ context.Context, key Key, e Entry) error {
	return f.remove(key, func(path string) bool {
		kept, err := expiring.Read[Entry](path)
		return err != nil || bytes.Equal(kept.Response, e.Response)
	})
}

// remove deletes the file of the entry for key, if there is one and fits returns true for it.
func (f Folder) remove(key Key, fits func(path string) bool) error {
	path, err := f.folder().Path(fileName(key.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if !fits(path) {
		return nil
	}
	return removeFile(path)
}

// removeFile deletes a file, if it exists.
func removeFile(path string) error {
	if err := atomicfile.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// List returns the entries that are good at the time now, sorted by their expiry.
func (f Folder) List(now time.Time) ([]Entry, error) {
	var out []Entry
	err := f.each(func(path string) error {
		if e, err := expiring.Read[Entry](path); err == nil && e.Good(now) {
			out = append(out, e)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Entry) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
	return out, err
}

// Clear deletes the entries of a profile, or all for "", and returns how many. Files that
// cannot be read are deleted only with all.
func (f Folder) Clear(profile string) (n int, err error) {
	err = f.each(func(path string) error {
		e, err := expiring.Read[Entry](path)
		if profile != "" && (err != nil || e.Profile != profile) {
			return nil
		}
		n++
		return removeFile(path)
	})
	return n, err
}

// each calls do with the path of each entry.
func (f Folder) each(do func(path string) error) error {
	paths, err := f.folder().Paths()
	for _, path := range paths {
		err = errors.Join(err, do(path))
	}
	return err
}
