package fleet

import (
	"context"
	"crypto/x509"
	"errors"
	"sync/atomic"
	"time"

	"github.com/gomodule/redigo/redis"

	"ssoctl/pkg/cache"
)

const (
	// patience is how long the server may take for one operation, the connection included.
	patience = time.Second
	// pause is between two attempts at one operation.
	pause = 40 * time.Millisecond
	// remember is how long an event is kept for processes that are about to wait for it.
	remember = time.Minute
	// largest is the maximum size in bytes of a value that is read. Base64 makes a response a
	// third longer, and the other members of an entry add a little.
	largest = 2 * cache.Largest
)

// server runs the operations on the server.
type server struct {
	connections
	worked atomic.Bool // the server has answered before, so it is worth trying again
}

func newServer(a Address, authorities *x509.CertPool) *server {
	return &server{connections: connections{address: a, authorities: authorities}}
}

// do runs one operation. If the server has answered before, and the connection breaks or the server
// is starting, do tries again until patience is over.
func (s *server) do(ctx context.Context, op func(context.Context, redis.Conn) error) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := s.use(within, op)
		switch {
		case err == nil:
			s.worked.Store(true)
			return nil
		case errors.Is(err, errNoHandshake) && s.speaksPlainly(ctx):
			return errPlain
		case !s.worked.Load() || !isTransient(err):
			return err
		}
		select {
		case <-within.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// isReply reports whether the server answered with an error.
func isReply(err error) bool {
	_, is := errors.AsType[redis.Error](err)
	return is
}

// isTransient reports whether an operation that failed with err may succeed if it is repeated.
func isTransient(err error) bool { return !isReply(err) || codeOf(err) == "LOADING" }

// get returns the value of a box, empty if there is none, and how long it is still valid.
func (s *server) get(ctx context.Context, b box) (sealed []byte, left time.Duration, err error) {
	err = s.do(ctx, func(ctx context.Context, c redis.Conn) error {
		if err := errors.Join(c.Send("GETRANGE", b.token, 0, largest), c.Send("PTTL", b.token), c.Flush()); err != nil {
			return err
		}
		value, err := redis.Bytes(redis.ReceiveContext(c, ctx))
		if err != nil && c.Err() != nil {
			return err
		}
		ms, errTTL := redis.Int64(redis.ReceiveContext(c, ctx))
		if err != nil { // the first error says why
			return err
		}
		sealed, left = value, time.Duration(ms)*time.Millisecond
		return errTTL
	})
	return sealed, left, err
}

// lock waits for the lock. mine is false if another process saved a token meanwhile. The error
// is a [*cache.RefusedError] if the vendor refused another process.
func (s *server) lock(ctx context.Context, b box, fence string, waiting func()) (mine bool, err error) {
	const most = 3 // broken waits
	for broken := 0; ; {
		at, err := s.acquire(ctx, b, fence)
		if err != nil || at.mine {
			return at.mine, err
		}
		waiting()
		waiting = func() {}
		event, err := s.wait(ctx, b, at)
		if err != nil && isTransient(err) && ctx.Err() == nil && broken < most {
			broken++
			continue // acquire tries to connect again
		}
		if event.saved || err != nil {
			return false, err
		}
		if why, err := b.decrypt(b.events, event.refused); err == nil {
			return false, &cache.RefusedError{Why: why}
		}
	}
}

// event says why a wait ended; zero if the lock expired or was released.
type event struct {
	saved   bool   // there is a token
	refused []byte // why there is none, encrypted; empty if another attempt may help
}

// attempt is the result of asking for a lock.
type attempt struct {
	mine bool
	left time.Duration // how long another process still has the lock
	last string        // the id of the last event at that time
}

// acquire asks for the lock once.
func (s *server) acquire(ctx context.Context, b box, fence string) (at attempt, err error) {
	err = s.do(ctx, func(ctx context.Context, c redis.Conn) error {
		got, err := redis.Values(acquire.run(ctx, c, []string{b.lock, b.events}, fence, hold.Milliseconds()))
		if err != nil {
			return err
		}
		at = attempt{mine: len(got) == 1}
		if len(got) == 3 {
			left, _ := redis.Int64(got[1], nil)
			at.left = min(max(time.Duration(left)*time.Millisecond, time.Millisecond), hold)
			at.last, _ = redis.String(got[2], nil)
		}
		return nil
	})
	return at, err
}

// wait waits for an event after the last one, or until the lock expires. The server keeps events, so
// one between the attempt and the wait is not lost.
func (s *server) wait(ctx context.Context, b box, at attempt) (event, error) {
	within, cancel := context.WithTimeout(ctx, at.left+patience)
	defer cancel()
	var e event
	err := s.use(within, func(ctx context.Context, c redis.Conn) error {
		reply, err := redis.DoContext(c, ctx, "XREAD", "COUNT", 1, "BLOCK", at.left.Milliseconds(), "STREAMS", b.events, at.last)
		if err != nil || reply == nil { // nil: the lock has expired
			return err
		}
		const stream, entries, entry, fields = 0, 1, 0, 1
		values, err := redis.StringMap(member(reply, stream, entries, entry, fields), nil)
		e = event{saved: values["event"] == "saved", refused: []byte(values["refused"])}
		return err
	})
	return e, err
}

// member returns the item at path in nested lists; nil if there is none.
func member(reply any, path ...int) any {
	for _, i := range path {
		list, _ := reply.([]any)
		if i >= len(list) {
			return nil
		}
		reply = list[i]
	}
	return reply
}

// extend keeps the lock until ctx ends or the lock is lost.
func (s *server) extend(ctx context.Context, b box, fence string) {
	tick := time.NewTicker(hold / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		lost, err := s.extendOnce(ctx, b, fence)
		if err == nil && lost { // a broken connection is tried again at the next tick
			return
		}
	}
}

func (s *server) extendOnce(ctx context.Context, b box, fence string) (lost bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = s.use(ctx, func(ctx context.Context, c redis.Conn) error {
		n, err := redis.Int(extend.run(ctx, c, []string{b.lock}, fence, hold.Milliseconds()))
		lost = n == 0
		return err
	})
	return lost, err
}

// save stores a token for as long as it is valid, and releases the lock. It returns false if
// the lock is lost.
func (s *server) save(ctx context.Context, b box, fence string, sealed []byte, life time.Duration) (saved bool, err error) {
	if life < time.Millisecond {
		return true, s.release(ctx, b, fence, nil)
	}
	n, err := s.run(ctx, save, []string{b.lock, b.events, b.token}, fence, remember.Milliseconds(), sealed, life.Milliseconds())
	return n == 1, err
}

// release gives up the lock. refused is the vendor's refusal, encrypted, for the processes that
// wait; nil lets them take the lock.
func (s *server) release(ctx context.Context, b box, fence string, refused []byte) error {
	_, err := s.run(ctx, release, []string{b.lock, b.events}, fence, remember.Milliseconds(), refused)
	return err
}

func (s *server) drop(ctx context.Context, b box, fence string) error {
	_, err := s.run(ctx, drop, []string{b.lock, b.token}, fence)
	return err
}

func (s *server) remove(ctx context.Context, b box, sealed []byte) error {
	_, err := s.run(ctx, remove, []string{b.token}, sealed)
	return err
}

// run runs a script that returns a number.
func (s *server) run(ctx context.Context, script script, keys []string, args ...any) (n int, err error) {
	err = s.do(ctx, func(ctx context.Context, c redis.Conn) (err error) {
		n, err = redis.Int(script.run(ctx, c, keys, args...))
		return err
	})
	return n, err
}

// time returns the time by the server's clock.
func (s *server) time(ctx context.Context) (now time.Time, err error) {
	err = s.do(ctx, func(ctx context.Context, c redis.Conn) error {
		got, err := redis.Int64s(redis.DoContext(c, ctx, "TIME"))
		if err == nil && len(got) != 2 {
			err = errForeign
		}
		if err == nil {
			now = time.Unix(got[0], got[1]*int64(time.Microsecond))
		}
		return err
	})
	return now, err
}
