package fleet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"ssoctl/pkg/cache"
)

const (
	// patience is how long the server may take for one operation, the connection included.
	patience = time.Second
	// pause is between two attempts at one operation.
	pause = 40 * time.Millisecond
	// remember is how long an event is kept for those who are about to wait for it.
	remember = time.Minute
	// largest is the size in bytes above which a value is not read. Base64 and the other
	// members of an entry need a third and a little more.
	largest = 2 * cache.Largest
)

// server runs the operations on the server.
type server struct {
	client *redis.Client
	worked atomic.Bool // it answered before, so a broken connection is worth another
}

func newServer(a Address, authorities *x509.CertPool) *server {
	redis.SetLogger(silent{})
	o := &redis.Options{
		Network: a.network, Addr: a.host, Username: a.user, Password: a.Password.Reveal(), DB: a.db,
		DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, ContextTimeoutEnabled: true,
		MaxRetries: -1, DialerRetries: 1, PipelinePoolSize: -1, DisableIdentity: true,
		// A command uses two connections at most. But after as many failures to connect as the
		// pool is large, the library tries only once a second.
		PoolSize:       64,
		ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10,
		// They need another right, and mean nothing to a process that soon ends.
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if a.tls {
		o.TLSConfig = &tls.Config{RootCAs: authorities}
	}
	o.Dialer = limited(o)
	return &server{client: redis.NewClient(o)}
}

// silent is a logger for a library that logs to stderr.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// do runs one operation. If the connection breaks, or the server is starting, it tries again
// for as long as one operation may take.
func (s *server) do(ctx context.Context, op func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := guarded(ctx, op)
		if err == nil {
			s.worked.Store(true)
			return nil
		}
		if !s.worked.Load() || !isTransient(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// guarded runs op. A reply with impossible lengths makes the library panic.
func guarded(ctx context.Context, op func(ctx context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("unreadable reply: %v", p)
		}
	}()
	return op(ctx)
}

// isReply reports whether the server answered with an error.
func isReply(err error) bool {
	var reply redis.Error
	return errors.As(err, &reply)
}

func isTransient(err error) bool { return !isReply(err) || redis.IsLoadingError(err) }

// get returns the value for a box, "" if there is none, and how long it is valid still.
func (s *server) get(ctx context.Context, b box) (sealed []byte, left time.Duration, err error) {
	err = s.do(ctx, func(ctx context.Context) error {
		var value *redis.StringCmd
		var ttl *redis.DurationCmd
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			value, ttl = p.GetRange(ctx, b.token, 0, largest), p.PTTL(ctx, b.token)
			return nil
		})
		if err == nil {
			sealed, left = []byte(value.Val()), ttl.Val()
		}
		return err
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

// event is what ends a wait; zero if the lock expired or was released.
type event struct {
	saved   bool   // there is a token
	refused []byte // why there is none, encrypted; empty if another attempt may help
}

// attempt is the result of asking for a lock.
type attempt struct {
	mine bool
	left time.Duration // how long another process still has it
	last string        // the last event at that time
}

func (s *server) acquire(ctx context.Context, b box, fence string) (at attempt, err error) {
	err = s.do(ctx, func(ctx context.Context) error {
		got, err := acquire.run(ctx, s.client, []string{b.lock, b.events}, fence, hold.Milliseconds()).Slice()
		if err != nil {
			return err
		}
		at = attempt{mine: len(got) == 1}
		if len(got) == 3 {
			left, _ := got[1].(int64)
			at.left = min(max(time.Duration(left)*time.Millisecond, time.Millisecond), hold)
			at.last, _ = got[2].(string)
		}
		return nil
	})
	return at, err
}

// wait waits for an event after the last one, or until the lock expires. The server keeps the
// event, so one between the attempt and the wait is not lost.
func (s *server) wait(ctx context.Context, b box, at attempt) (event, error) {
	type reply struct {
		streams []redis.XStream
		err     error
	}
	got := make(chan reply, 1)
	go func() {
		var r reply
		within, cancel := context.WithTimeout(ctx, at.left+patience)
		defer cancel()
		r.err = guarded(within, func(ctx context.Context) (err error) {
			r.streams, err = s.client.XRead(ctx, &redis.XReadArgs{Streams: []string{b.events, at.last}, Count: 1, Block: at.left}).Result()
			return err
		})
		got <- r
	}()
	select {
	case <-ctx.Done(): // the library would not notice Ctrl-C
		return event{}, ctx.Err()
	case r := <-got:
		if errors.Is(r.err, redis.Nil) { // the lock has expired
			return event{}, nil
		}
		if r.err != nil || len(r.streams) != 1 || len(r.streams[0].Messages) != 1 {
			return event{}, r.err
		}
		values := r.streams[0].Messages[0].Values
		refused, _ := values["refused"].(string)
		return event{saved: values["event"] == "saved", refused: []byte(refused)}, nil
	}
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
		lost := false
		_ = guarded(ctx, func(ctx context.Context) error { // a broken connection is tried again at the next tick
			n, err := extend.run(ctx, s.client, []string{b.lock}, fence, hold.Milliseconds()).Int()
			lost = err == nil && n == 0
			return err
		})
		if lost {
			return
		}
	}
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

// release gives up the lock. refused tells those who wait why the vendor refused a token; nil
// lets them take the lock.
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
	err = s.do(ctx, func(ctx context.Context) (err error) {
		n, err = script.run(ctx, s.client, keys, args...).Int()
		return err
	})
	return n, err
}

// time returns the time by the server's clock.
func (s *server) time(ctx context.Context) (now time.Time, err error) {
	err = s.do(ctx, func(ctx context.Context) (err error) {
		now, err = s.client.Time(ctx).Result()
		return err
	})
	return now, err
}
