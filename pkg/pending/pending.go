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
	"time"

	"ssoctl/pkg/expiring"
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

// Store is a folder with a file for each login; without a folder, nothing is remembered.
type Store struct{ Dir string }

// errNoKey means that nothing would find the login again.
var errNoKey = errors.New("its address holds neither state nor redirect_uri")

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

func (s Store) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir} }

func fileName(profile, key string) string { return hashed(profile + "\x00" + key) }

// hashed is a file's name for a text that may hold anything and may be a secret.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// Save keeps a login.
func (s Store) Save(l Login, now time.Time) error {
	if l.Key() == "" {
		return errNoKey
	}
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return s.folder().Save(fileName(l.Profile, l.Key()), data, l.ExpiresAt, now)
}

// Find returns the login of that key, or an error that wraps ErrNone. A file that
// somebody else could have written is an error, a *private.Error.
func (s Store) Find(profile, key string, now time.Time) (Login, error) {
	path, err := s.folder().Path(fileName(profile, key))
	if errors.Is(err, fs.ErrNotExist) {
		return Login{}, ErrNone
	} else if err != nil {
		return Login{}, err
	}
	data, err := private.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // another process has used it
		return Login{}, ErrNone
	} else if err != nil {
		return Login{}, err
	}
	var l Login
	if err := json.Unmarshal(data, &l); err != nil {
		return Login{}, fmt.Errorf("%s: %w", path, err)
	}
	if now.After(l.ExpiresAt) {
		return Login{}, ErrNone
	}
	return l, nil
}

// Remove forgets a login.
func (s Store) Remove(l Login) error {
	path, err := s.folder().Path(fileName(l.Profile, l.Key()))
	if err != nil {
		return err
	}
	return os.Remove(path)
}
