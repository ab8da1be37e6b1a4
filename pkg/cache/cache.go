// Package cache keeps applications' own tokens between runs: a vendor that counts
// calls is asked once for the life of a token, and by one process at a time.
package cache

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"ssoctl/pkg/expiring"
	"ssoctl/pkg/private"
)

// Store is a folder with a file for each token, readable by its owner alone. The
// zero Store keeps nothing.
type Store struct{ Dir string }

// Entry is a token, as the vendor's answer has it.
type Entry struct {
	Profile   string    `json:"profile"` // that asked for it
	Address   string    `json:"address"` // that was asked, without its query
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	Answer    []byte    `json:"answer"`
}

// Good reports whether the token may still be used. It ends a twelfth of its life
// early, ten minutes of two hours: requests take time, clocks differ, and vendors
// that renew tokens with an overlap do it then.
func (e Entry) Good(now time.Time) bool {
	life := e.ExpiresAt.Sub(e.At)
	return !now.Before(e.At) && now.Before(e.ExpiresAt.Add(-life/12))
}

// most is about how many entries a store has. A secret that is new in each run gives each
// run a key of its own, and no run finds what another has kept.
const most = 1000

func (s Store) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir, Most: most} }

func fileName(key string) string { return key + ".json" }

// Find returns the entry of a key, of which ok says that it is there and good. A
// file that cannot be read is none: the vendor can be asked again.
func (s Store) Find(key string, now time.Time) (e Entry, ok bool) {
	path, err := s.folder().Path(fileName(key))
	if err != nil {
		return Entry{}, false
	}
	e, err = read(path)
	return e, err == nil && e.Good(now)
}

func read(path string) (e Entry, err error) {
	data, err := private.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &e)
	}
	return e, err
}

// largest is the size, in bytes, above which an answer is not kept: no token is as long.
const largest = 64 << 10

// Save keeps an entry under its key, which is the beginning of a file's name.
func (s Store) Save(key string, e Entry, now time.Time) error {
	if s.Dir == "" || len(e.Answer) > largest {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	s.sweepLocks(now)
	return s.folder().Save(fileName(key), data, e.ExpiresAt, now)
}

// Remove drops the entry of a key, if there is one.
func (s Store) Remove(key string) error {
	path, err := s.folder().Path(fileName(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return removed(path)
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// List returns the entries that are good, those that end first before the others.
func (s Store) List(now time.Time) ([]Entry, error) {
	var out []Entry
	err := s.each(func(path string) error {
		if e, err := read(path); err == nil && e.Good(now) {
			out = append(out, e)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Entry) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
	return out, err
}

// Clear drops the entries that a profile has asked for, "" for all, and returns how
// many. What cannot be read goes with all.
func (s Store) Clear(profile string) (n int, err error) {
	err = s.each(func(path string) error {
		e, err := read(path)
		if profile != "" && (err != nil || e.Profile != profile) {
			return nil
		}
		n++
		return removed(path)
	})
	return n, err
}

// each calls do with the file of every entry.
func (s Store) each(do func(path string) error) error {
	paths, err := s.folder().Paths()
	for _, path := range paths {
		err = errors.Join(err, do(path))
	}
	return err
}
