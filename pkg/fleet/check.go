package fleet

import (
	"context"
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Address returns the address of the server.
func (s *Store) Address() Address { return s.options.Address }

// Check runs each operation once, with a made-up token. If one fails, ok is false, and why is the
// reason.
func (s *Store) Check(ctx context.Context, now time.Time) (why lang.Text, ok bool) {
	if err := s.check(ctx, now); err != nil {
		return reasonOf(err), false
	}
	return lang.Text{}, true
}

func (s *Store) check(ctx context.Context, now time.Time) error {
	fence, err := newFence(s.options.Rand)
	if err != nil {
		return err
	}
	b, err := newBox(cache.Key{Shared: "check", Secret: secret.New(fence)})
	if err != nil {
		return err
	}
	if _, err := s.server.lock(ctx, b, fence, func() {}); err != nil {
		return err
	}
	if _, err := s.server.time(ctx); err != nil {
		return err
	}
	sealed, err := b.seal(s.options.Rand, cache.Entry{At: now})
	if err != nil {
		return err
	}
	if _, err := s.server.save(ctx, b, fence, sealed, hold); err != nil {
		return err
	}
	if _, err := s.server.wait(ctx, b, attempt{left: time.Millisecond, last: "0-0"}); err != nil {
		return err
	}
	kept, _, err := s.server.get(ctx, b)
	if err != nil {
		return err
	}
	return s.server.remove(ctx, b, kept)
}
