package fleet

import (
	"context"
	"encoding/hex"
	"io"
	"time"

	"ssoctl/pkg/cache"
)

// hold is how long a lock lasts without being extended: how long others wait after its holder dies,
// and how long its holder may be stopped without losing the lock.
const hold = 5 * time.Second

// newFence returns a value that no other lock has. The server compares it before it lets the
// holder of a lock change anything, so a late holder cannot replace a newer token.
func newFence(rand io.Reader) (string, error) {
	b := make([]byte, 16)
	_, err := io.ReadFull(rand, b)
	return hex.EncodeToString(b), err
}

// lock is the right to renew one token. It is extended until Unlock.
type lock struct {
	store *Store
	key   cache.Key
	box   box
	fence string
	ctx   context.Context // does not end with Ctrl-C, because the lock is released after it
	stop  context.CancelFunc
	gone  bool // released on the server, or lost
}

// held returns a lock that this process has acquired, and keeps extending it.
func (s *Store) held(ctx context.Context, key cache.Key, b box, fence string) *lock {
	l := &lock{store: s, key: key, box: b, fence: fence, ctx: context.WithoutCancel(ctx)}
	extending, stop := context.WithCancel(l.ctx)
	l.stop = stop
	go s.server.extend(extending, b, fence)
	return l
}

// Save implements [cache.Lock]. If the server cannot be used, it saves on this machine.
func (l *lock) Save(e cache.Entry, now time.Time) error {
	if l.store.unusable() != nil {
		return l.store.options.Local.Save(l.key, e, now)
	}
	if len(e.Response) > cache.Largest {
		return nil
	}
	saved, err := l.save(e, now)
	if err != nil {
		l.store.fallBack(l.ctx, err)
		return l.store.options.Local.Save(l.key, e, now)
	}
	l.gone = true // released with the same command, or lost
	if !saved {
		return cache.ErrLost
	}
	return nil
}

// save stores an entry on the server for the rest of its lifetime. saved is false if the lock is lost.
func (l *lock) save(e cache.Entry, now time.Time) (saved bool, err error) {
	if e.Dated { // the clock of this machine may be wrong
		common, err := l.store.server.time(l.ctx)
		if err != nil {
			return false, err
		}
		e.At = e.At.Add(common.Sub(now))
		now = common
	}
	sealed, err := l.box.seal(l.store.options.Rand, e)
	if err != nil {
		return false, err
	}
	return l.store.server.save(l.ctx, l.box, l.fence, sealed, e.ExpiresAt.Sub(now))
}

// Drop implements [cache.Lock].
func (l *lock) Drop() error {
	if l.store.unusable() != nil {
		return nil
	}
	if err := l.store.server.drop(l.ctx, l.box, l.fence); err != nil {
		l.store.fallBack(l.ctx, err)
	}
	return nil
}

// Refuse implements [cache.Lock]. It releases the lock.
func (l *lock) Refuse(why []byte) {
	if l.store.unusable() != nil || l.gone || len(why) > cache.Largest {
		return
	}
	if sealed, err := l.box.encrypt(l.store.options.Rand, l.box.events, why); err == nil {
		l.gone = true
		_ = l.store.server.release(l.ctx, l.box, l.fence, sealed)
	}
}

// Unlock implements [cache.Lock]. A lock that cannot be released expires.
func (l *lock) Unlock() {
	l.stop()
	if down := l.store.unusable(); !l.gone && (down == nil || isReply(down)) {
		l.gone = true
		_ = l.store.server.release(l.ctx, l.box, l.fence, nil)
	}
}
