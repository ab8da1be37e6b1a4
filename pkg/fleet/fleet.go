// Package fleet keeps application tokens in a Redis that many machines share, so that one of
// them requests a token for all.
//
// [Parse] reads the address of the server. [Open] returns a [Store], which is a [cache.Store].
// It connects when it is first used, and falls back to a folder of this machine if the server
// cannot be used.
//
// The server learns neither tokens nor credentials: values are encrypted, and names are
// hashes, both with keys that are derived from the secrets of the profile.
package fleet

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"sync"
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/lang"
)

// Options configure a [Store]. The functions report events, and may be nil.
type Options struct {
	Address Address
	// Authorities may sign the certificate of a server with TLS; nil means the system's.
	Authorities *x509.CertPool
	Local       cache.Folder // the fallback, on this machine, if the server cannot be used
	Rand        io.Reader
	// OnFallback is called once, when the Store stops using the server for the rest of the run.
	OnFallback func(why lang.Text)
	// Unreadable is called if an entry is damaged, or was not written by ssoctl.
	Unreadable func()
}

// Store is a [cache.Store] that many machines share. It is safe for concurrent use.
type Store struct {
	options Options
	server  *server

	mu   sync.Mutex
	down error // why the server is no longer used; nil if it is
}

var _ cache.Store = (*Store)(nil)

// Open returns the store at an address. It sends nothing yet.
func Open(o Options) *Store {
	if o.OnFallback == nil {
		o.OnFallback = func(lang.Text) {}
	}
	if o.Unreadable == nil {
		o.Unreadable = func() {}
	}
	o.Unreadable = sync.OnceFunc(o.Unreadable)
	return &Store{options: o, server: newServer(o.Address, o.Authorities)}
}

// Close ends the connections.
func (s *Store) Close() error { return s.server.Close() }

// box returns the box of a key. ok is false if the server is not used for the key, because it
// failed before, or because the key has no secret.
func (s *Store) box(key cache.Key) (b box, ok bool) {
	if s.unusable() != nil || key.Secret.IsZero() {
		return box{}, false
	}
	b, err := newBox(key)
	return b, err == nil
}

// unusable returns why the server is no longer used; nil if it is used.
func (s *Store) unusable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}

// fallBack switches to the local folder because of err, unless ctx has ended.
func (s *Store) fallBack(ctx context.Context, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() == nil && s.down == nil {
		s.down = err
		s.options.OnFallback(reasonOf(err))
	}
}

// Find implements [cache.Store]. The times of the entry are by the clock of this machine: the
// server says how long the entry is still valid.
func (s *Store) Find(ctx context.Context, key cache.Key, now time.Time) (cache.Entry, bool) {
	b, ok := s.box(key)
	if !ok {
		return s.options.Local.Find(ctx, key, now)
	}
	sealed, left, err := s.server.get(ctx, b)
	if err != nil {
		s.fallBack(ctx, err)
		return s.options.Local.Find(ctx, key, now)
	}
	e, ok := s.opened(b, sealed)
	if !ok {
		return cache.Entry{}, false
	}
	life := e.ExpiresAt.Sub(e.At)
	e.ExpiresAt = now.Add(min(left, life)).UTC()
	e.At = e.ExpiresAt.Add(-life)
	return e, e.Good(now)
}

// opened decrypts a value; ok is false if it is empty or damaged.
func (s *Store) opened(b box, sealed []byte) (cache.Entry, bool) {
	if len(sealed) == 0 {
		return cache.Entry{}, false
	}
	e, err := b.open(sealed)
	if err != nil {
		s.options.Unreadable()
	}
	return e, err == nil
}

// Remove implements [cache.Store].
func (s *Store) Remove(ctx context.Context, key cache.Key, e cache.Entry) error {
	b, ok := s.box(key)
	if !ok {
		return s.options.Local.Remove(ctx, key, e)
	}
	sealed, _, err := s.server.get(ctx, b)
	if err == nil {
		if kept, ok := s.opened(b, sealed); !ok || !bytes.Equal(kept.Response, e.Response) {
			return nil
		}
		err = s.server.remove(ctx, b, sealed)
	}
	if err != nil {
		s.fallBack(ctx, err)
	}
	return nil
}

// Lock implements [cache.Store]. The lock expires soon after this process has been stopped or
// killed.
func (s *Store) Lock(ctx context.Context, key cache.Key, waiting func()) (cache.Lock, error) {
	b, ok := s.box(key)
	if !ok {
		return s.options.Local.Lock(ctx, key, waiting)
	}
	fence, err := newFence(s.options.Rand)
	if err != nil {
		return nil, err
	}
	switch mine, err := s.server.lock(ctx, b, fence, waiting); {
	case err == nil && mine:
		return s.held(ctx, key, b, fence), nil
	case err == nil:
		return nil, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case isRefused(err):
		return nil, err
	default:
		s.fallBack(ctx, err)
		return s.options.Local.Lock(ctx, key, waiting)
	}
}

func isRefused(err error) bool {
	_, is := errors.AsType[*cache.RefusedError](err)
	return is
}
