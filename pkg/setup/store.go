package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/secret"
)

// store holds one secret.
type store interface {
	reference() string // for the configuration
	has(context.Context) bool
	// set stores the secret. undo restores the previous one, or deletes it; it is never nil. A
	// failed undo is not reported, only the error before it.
	set(context.Context, secret.String) (undo func(), err error)
}

// store returns where a secret is kept; nil if ssoctl does not store it.
func (s *Setup) store(input string) store {
	switch s.Place {
	case InKeyring:
		return keyringStore{s.entry(input)}
	case InFiles:
		return fileStore{filepath.Dir(s.Path), filepath.Join("secrets", s.Name+"."+input)}
	}
	return nil
}

// entry is the keyring's entry for a secret.
func (s *Setup) entry(input string) keyring.Name { return keyring.Name{Service: s.Name, User: input} }

type keyringStore struct{ entry keyring.Name }

func (k keyringStore) reference() string { return "keyring:" + k.entry.String() }

func (k keyringStore) has(ctx context.Context) bool {
	_, err := keyring.Get(ctx, k.entry)
	return err == nil
}

func (k keyringStore) set(ctx context.Context, s secret.String) (undo func(), err error) {
	before, err := keyring.Get(ctx, k.entry)
	if stored := (*keyring.Error)(nil); err != nil && (!errors.As(err, &stored) || !stored.Missing()) {
		return func() {}, err
	}
	existed := err == nil
	undo = func() {
		const enough = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), enough)
		defer cancel()
		if existed {
			_ = keyring.Set(ctx, k.entry, before)
		} else {
			_ = keyring.Delete(ctx, k.entry)
		}
	}
	return undo, keyring.Set(ctx, k.entry, s)
}

// fileStore is a file with mode 0600 in a separate folder beside the configuration.
type fileStore struct{ dir, name string }

func (f fileStore) path() string      { return filepath.Join(f.dir, f.name) }
func (f fileStore) reference() string { return "file:" + filepath.ToSlash(f.name) }

func (f fileStore) has(context.Context) bool {
	_, err := os.Lstat(f.path())
	return err == nil
}

func (f fileStore) set(_ context.Context, s secret.String) (undo func(), err error) {
	path := f.path()
	dir := filepath.Dir(path)
	_, noDir := os.Stat(dir)
	if err := private.MkdirAll(dir); err != nil {
		return func() {}, err
	}
	before, err := private.ReadFile(path)
	existed := err == nil
	undo = func() {
		if existed {
			_ = atomicfile.Write(path, before, 0o600)
			return
		}
		_ = os.Remove(path)
		if regularfile.IsAbsent(noDir) {
			_ = os.Remove(dir) // fails if it is not empty
		}
	}
	if !existed && !regularfile.IsAbsent(err) {
		return func() {}, err
	}
	if err := atomicfile.Write(path, []byte(s.Reveal()+"\n"), 0o600); err != nil {
		return undo, profile.Unwritable(path, err, lang.Text{})
	}
	return undo, nil
}
