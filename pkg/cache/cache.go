// Package cache keeps application tokens between runs, because vendors limit how often a
// client may request one.
//
// Use a [Store]: call [Store.Find]. If there is no token, call [Store.Lock], so that only
// one process requests it, then Find again, request the token, and call [Store.Save].
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

// Store is a folder with one file for each token, which only its owner can read. The zero
// Store keeps nothing.
type Store struct{ Dir string }

// Entry is a token in the vendor's response.
type Entry struct {
	Profile   string    `json:"profile"`        // name of the profile that requested the token
	Step      string    `json:"step,omitempty"` // the step that got it, "" for [token]
	Address   string    `json:"address"`        // URL of the request, without its query
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	Response  []byte    `json:"answer"` // body of the response
}

// Good reports whether the token can be used at the time now. It stops being good when a
// twelfth of its lifetime is left (10 minutes of 2 hours), because requests take time,
// clocks differ, and some vendors issue a new token only near the end of the old one.
func (e Entry) Good(now time.Time) bool {
	life := e.ExpiresAt.Sub(e.At)
	return !now.Before(e.At) && now.Before(e.ExpiresAt.Add(-life/12))
}

// most is the approximate limit on entries in a store. Without it, a user whose secret
// changes with each run would add an entry, with a new key, each time.
const most = 1000

func (s Store) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir, Most: most} }

func fileName(key string) string { return key + ".json" }

// Find returns the entry for key. ok is false if there is none, if it is not good at the
// time now, or if its file cannot be read: the caller can request a new token.
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

// largest is the size in bytes above which a response is not kept: no token is as long.
const largest = 64 << 10

// Save stores an entry. key must be usable as a file name.
func (s Store) Save(key string, e Entry, now time.Time) error {
	if s.Dir == "" || len(e.Response) > largest {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	s.sweepLocks(now)
	return s.folder().Save(fileName(key), data, e.ExpiresAt, now)
}

// Remove deletes the entry for key, if there is one.
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

// List returns the entries that are good at the time now, sorted by their expiry.
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

// Clear deletes the entries of a profile, or all for "", and returns how many. Files that
// cannot be read are deleted only with all.
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

// each calls do with the path of each entry.
func (s Store) each(do func(path string) error) error {
	paths, err := s.folder().Paths()
	for _, path := range paths {
		err = errors.Join(err, do(path))
	}
	return err
}
