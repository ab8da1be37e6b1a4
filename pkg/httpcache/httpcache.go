// Package httpcache keeps documents that servers publish for everybody, such as a provider's
// metadata and keys, for as long as HTTP allows (RFC 9111), and never longer than a day.
//
// [New] says whether a response may be kept, [Store.Save] keeps it, and [Store.Find] finds it
// again. [Document.Fresh] says whether it can be used without asking the server. Otherwise send
// the header of [Document.Condition]; if the server answers 304, [Document.Confirmed] is fresh
// again. Files are written atomically, and only the user's processes can write them.
package httpcache

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/expiring"
)

// longest is the maximum time that a document is kept, whatever the server allows: keys that
// a provider has withdrawn must not be trusted for weeks.
const longest = 24 * time.Hour

// most is the approximate limit on documents in a store.
const most = 200

// Store is a folder with one file for each document. The zero Store keeps nothing.
type Store struct{ Dir string }

// Document is the body of a response, and what its header says about keeping it.
type Document struct {
	Profile      string    `json:"profile"` // name of the profile for which it was fetched
	Address      string    `json:"address"`
	At           time.Time `json:"at"` // when the server sent or confirmed it
	FreshUntil   time.Time `json:"fresh_until"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Type         string    `json:"type"` // Content-Type
	Body         []byte    `json:"body"`
}

// Fresh reports whether the document can be used at the time now without asking the server.
func (d Document) Fresh(now time.Time) bool { return d.usable(now) && now.Before(d.FreshUntil) }

// usable reports whether the document can be used at all. A document from the future has a wrong time.
func (d Document) usable(now time.Time) bool {
	return !now.Before(d.At) && now.Before(d.At.Add(longest))
}

// end returns when the document becomes useless. A document that the server cannot confirm is
// useless when it is no longer fresh.
func (d Document) end() time.Time {
	if d.ETag == "" && d.LastModified == "" {
		return d.FreshUntil
	}
	return d.At.Add(longest)
}

func (s Store) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir, Most: most} }

// name returns the name of the file for a document that depends on its address and on scope.
func name(scope, address string) string {
	sum := sha256.Sum256([]byte(scope + "\n" + address))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// Find returns the document from an address. scope identifies what else it depends on, such as
// how the server's certificate is checked. ok is false if there is no usable document.
func (s Store) Find(scope, address string, now time.Time) (d Document, ok bool) {
	path, err := s.folder().Path(name(scope, address))
	if err == nil {
		d, err = expiring.Read[Document](path)
	}
	return d, err == nil && d.Address == address && d.usable(now)
}

// Save keeps a document.
func (s Store) Save(scope string, d Document, now time.Time) error {
	if s.Dir == "" {
		return nil
	}
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.folder().Save(name(scope, d.Address), data, d.end(), now)
}

// Remove deletes the document from an address, if there is one.
func (s Store) Remove(scope, address string) {
	if path, err := s.folder().Path(name(scope, address)); err == nil {
		_ = atomicfile.Remove(path) // another process may have done it
	}
}

// List returns the documents that can be used at the time now, including those that the server has
// to confirm first, sorted by how long they are fresh.
func (s Store) List(now time.Time) ([]Document, error) {
	var out []Document
	paths, err := s.folder().Paths()
	for _, path := range paths {
		if d, err := expiring.Read[Document](path); err == nil && d.usable(now) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Document) int { return a.FreshUntil.Compare(b.FreshUntil) })
	return out, err
}

// Clear deletes the documents of a profile, or all for "", and returns how many. Files that
// cannot be read are deleted only with all.
func (s Store) Clear(profile string) (n int, err error) {
	paths, err := s.folder().Paths()
	for _, path := range paths {
		if d, unread := expiring.Read[Document](path); profile != "" && (unread != nil || d.Profile != profile) {
			continue
		}
		switch removed := atomicfile.Remove(path); {
		case removed == nil:
			n++
		case !errors.Is(removed, fs.ErrNotExist):
			err = errors.Join(err, removed)
		}
	}
	return n, err
}
