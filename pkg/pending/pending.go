// Package pending remembers logins that have begun in one command and are to be
// finished in another: their state, PKCE verifier and redirect_uri.
package pending

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/private"
)

// Login is one that has begun. It holds secrets: its file can be read by its
// owner alone, and goes when the login is finished or its time is over.
type Login struct {
	Profile      string    `json:"profile"`
	RedirectURI  string    `json:"redirect_uri"`
	State        string    `json:"state,omitempty"`
	Nonce        string    `json:"nonce,omitempty"`
	CodeVerifier string    `json:"code_verifier,omitempty"`
	ExpiresAt    time.Time `json:"expires_at"`
}

// Store is a folder with a file for each login; without one, nothing is remembered.
type Store struct{ Dir string }

// errNoKey means that nothing would find the login again.
var errNoKey = errors.New("its address holds neither state nor redirect_uri")

// errNoDir means that there is no folder to remember in.
var errNoDir = errors.New("there is no home folder")

// ErrNone means that no login of that key was begun here, or that it is too old.
var ErrNone = errors.New("no such login was begun here, or it is too old")

// Key is what finds a login again: its state; where the vendor returns none,
// its redirect_uri.
func (l Login) Key() string {
	if l.State != "" {
		return l.State
	}
	return l.RedirectURI
}

func (s Store) path(profile, key string) string {
	sum := sha256.Sum256([]byte(profile + "\x00" + key))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:16])+".json")
}

// Save keeps a login and drops those whose time is over.
func (s Store) Save(l Login, now time.Time) error {
	if l.Key() == "" {
		return errNoKey
	}
	if s.Dir == "" {
		return errNoDir
	}
	if err := private.MkdirAll(s.Dir); err != nil {
		return err
	}
	s.prune(now)
	return write(s.path(l.Profile, l.Key()), l)
}

// write keeps v for its owner alone.
func write(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, data, 0o600)
}

// Find returns the login of that key, or an error that wraps ErrNone. A file that
// somebody else could have written is an error, a *private.Error.
func (s Store) Find(profile, key string, now time.Time) (Login, error) {
	if s.Dir == "" { // the working directory is no place to look for it
		return Login{}, ErrNone
	}
	data, err := private.ReadFile(s.path(profile, key))
	if errors.Is(err, fs.ErrNotExist) {
		return Login{}, ErrNone
	} else if err != nil {
		return Login{}, err
	}
	var l Login
	if err := json.Unmarshal(data, &l); err != nil {
		return Login{}, fmt.Errorf("%s: %w", s.path(profile, key), err)
	}
	if now.After(l.ExpiresAt) {
		return Login{}, ErrNone
	}
	return l, nil
}

// Remove forgets a login.
func (s Store) Remove(l Login) error { return os.Remove(s.path(l.Profile, l.Key())) }

// prune drops logins whose time is over, files that are none, and what a Save
// that was cut off has left. What cannot be dropped stays.
func (s Store) prune(now time.Time) {
	files, _ := os.ReadDir(s.Dir)
	for _, f := range files {
		path := filepath.Join(s.Dir, f.Name())
		if atomicfile.Unfinished(f.Name()) {
			if info, err := f.Info(); err == nil && now.Sub(info.ModTime()) > time.Hour {
				os.Remove(path)
			}
			continue
		}
		var l Login
		data, err := private.ReadFile(path)
		if err != nil || json.Unmarshal(data, &l) == nil && now.Before(l.ExpiresAt) {
			continue
		}
		os.Remove(path)
	}
}
