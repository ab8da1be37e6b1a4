// Package pending stores what one command leaves for a later one.
//
//   - [Store] holds logins that "authorize-url" started, with state, code_verifier and
//     redirect_uri: [Store.Save], then [Store.Find] when the redirect arrives.
//   - [Resumes] holds logins that failed after the code was used: [Resumes.Save], then
//     [Resumes.Take] to run the remaining steps.
//   - [Codes] remembers which codes were sent, to tell when one is sent again.
package pending

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/expiring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
)

// Login is a login that has started and is not finished. Its file contains secrets: only the
// owner can read it, and it is removed when the login is finished or has expired.
type Login struct {
	Profile      string `json:"profile"`
	RedirectURI  string `json:"redirect_uri"`
	State        string `json:"state,omitempty"`
	Nonce        string `json:"nonce,omitempty"`
	CodeVerifier string `json:"code_verifier,omitempty"`
	// Before has the responses that values of the authorize URL were read from.
	Before    []Response `json:"before,omitempty"`
	ExpiresAt time.Time  `json:"expires_at"`
}

// Store is a folder with one file for each login. The zero Store stores nothing.
type Store struct{ Dir string }

// errNoKey means that the login could not be found again.
var errNoKey = lang.Errorf(lang.Text{EN: "the authorize URL has neither state nor redirect_uri", ZH: "授权地址里既没有 state 也没有 redirect_uri"})

// ErrNone means that there is no such login, or that it has expired.
var ErrNone = lang.Errorf(lang.Text{EN: "no such login was started here, or it has expired", ZH: "本机没有发起过这次登录，或已过期"})

// Key returns the value that identifies a login in its redirect: the state, or the
// redirect_uri if the vendor does not return a state.
func (l Login) Key() string {
	if l.State != "" {
		return l.State
	}
	return l.RedirectURI
}

func (s Store) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir} }

func fileName(profile, key string) string { return hashed(profile + "\x00" + key) }

// hashed returns a file name for a text that may be a secret and may contain any character.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// Save stores a login.
func (s Store) Save(l Login, now time.Time) error {
	if l.Key() == "" {
		return errNoKey
	}
	data, err := json.Marshal(l)
	if err == nil {
		err = checkSize(data)
	}
	if err != nil {
		return err
	}
	return s.folder().Save(fileName(l.Profile, l.Key()), data, l.ExpiresAt, now)
}

// Find returns the login with that key. The error wraps [ErrNone] if there is none, and is
// a [*private.Error] if another user could have written the file.
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

// AnyVerifier reports whether a login with this profile waits for its code and has a PKCE
// verifier. Files that cannot be read do not count.
func (s Store) AnyVerifier(profile string, now time.Time) bool {
	paths, _ := s.folder().Paths()
	return slices.ContainsFunc(paths, func(path string) bool {
		l, err := expiring.Read[Login](path)
		return err == nil && l.Profile == profile && l.CodeVerifier != "" && !now.After(l.ExpiresAt)
	})
}

// Remove deletes a login.
func (s Store) Remove(l Login) error {
	path, err := s.folder().Path(fileName(l.Profile, l.Key()))
	if err != nil {
		return err
	}
	return atomicfile.Remove(path)
}
