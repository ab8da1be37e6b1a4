package client

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// BusyError says that another process did not finish requesting the same token in time.
type BusyError struct {
	Profile string
	Step    profile.StepName
	Waited  time.Duration
}

func (e *BusyError) Error() string { return e.Text().EN }

// Failure returns [failure.Timeout].
func (*BusyError) Failure() failure.Kind { return failure.Timeout }

// Details returns what the error says to scripts.
func (e *BusyError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step)}
}

// Text returns the message in both languages.
func (e *BusyError) Text() lang.Text {
	waited := lang.Span(e.Waited)
	return who(e.Profile, e.Step, lang.Text{
		EN: "another process is requesting this token; gave up after " + waited.EN + ", because only one request is sent at a time",
		ZH: "另一个进程正在获取这个令牌，已等待 " + waited.ZH + "；同一时间只向厂商请求一次",
	})
}

// Hint says what to do about the error.
func (*BusyError) Hint() lang.Text {
	return lang.Text{EN: "Check what that process is waiting for; --timeout 2m waits longer.", ZH: "请查看那个进程在等什么；--timeout 2m 可延长等待。"}
}

// ofApplication runs step i, which is about the application and which the cache did not supply.
// Only one process at a time sends its request; one that waited returns the response that the
// other has cached. A new response is cached if its expiry is known. The error may be a
// [*BusyError].
func (c *Client) ofApplication(ctx context.Context, p prepared, i int, got results) (*stepResult, error) {
	s, reader := p.steps[i], p.readers[i]
	c.keepSecret(p.values)
	key, address, err := c.cacheKey(ctx, s, p.values)
	if err != nil {
		return nil, err
	}
	lock, a, waited, err := c.lock(ctx, s, reader, key)
	if err != nil || a != nil {
		return a, err
	}
	if lock != nil {
		defer lock.Unlock()
	}
	most := c.deps.Retries.Most
	if waited { // the process that held the lock asked just now, and may have repeated that in vain
		most = 0
	}
	a, err = c.do(ctx, s, reader, p.values, most)
	if err != nil {
		a, err = c.renew(ctx, p, i, got, err)
	}
	if err != nil {
		shareRefusal(lock, err)
		return nil, err
	}
	a.remade = true
	switch ends := expiryOf(a); {
	case lock == nil:
	case c.deps.Cache.Fresh:
		c.cacheFailed(lock.Drop())
	case ends.allowsCaching(a):
		err := lock.Save(c.entry(a, address, ends), c.deps.Now())
		if errors.Is(err, cache.ErrLost) {
			if newer := c.cached(ctx, s, reader, key); newer != nil {
				return newer, nil // the vendor may have revoked ours when it issued that one
			}
		}
		c.cacheFailed(err)
	}
	return a, nil
}

// entry returns what to cache of a response from an address.
func (c *Client) entry(a *stepResult, address string, ends Expiry) cache.Entry {
	e := cache.Entry{Profile: c.profile.Name, Address: address, At: a.at, ExpiresAt: ends.At, Response: a.saved, Dated: ends.IsDate}
	if a.step.Name.IsOwn() {
		e.Step = string(a.step.Name)
	}
	return e
}

// lock returns the right to request a token, or the response that another process cached
// meanwhile. It waits for other processes that request the same token, for at most the
// time-out of a request; waited says that it did. Lock and response are nil if nothing can be
// cached.
func (c *Client) lock(ctx context.Context, s *profile.Step, reader *profile.Reader, key cache.Key) (_ cache.Lock, _ *stepResult, waited bool, _ error) {
	within, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	waiting := sync.OnceFunc(func() {
		waited = true
		if c.deps.Cache.Waiting != nil {
			c.deps.Cache.Waiting()
		}
	})
	var refused *cache.RefusedError
	for {
		lock, err := c.deps.Cache.Lock(within, key, waiting)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil, nil, waited, ctx.Err()
		case errors.As(err, &refused):
			if refusal := c.sharedRefusal(s, refused); refusal != nil {
				return nil, nil, waited, refusal
			}
			continue
		case errors.Is(err, context.DeadlineExceeded):
			return nil, nil, waited, &BusyError{c.profile.Name, s.Name, c.deps.Timeout}
		default:
			c.cacheFailed(err)
			return nil, nil, waited, nil
		}
		if a := c.cached(ctx, s, reader, key); a != nil || lock == nil {
			if lock != nil {
				lock.Unlock()
			}
			if a != nil {
				return nil, a, waited, nil
			}
			continue // the other process's token is not for us, as with --no-cache
		}
		return lock, nil, waited, nil
	}
}

// shareRefusal hands a refusal to the processes that wait for the lock, so that they do not all
// ask a vendor that refuses the same request, perhaps because it got too many.
func shareRefusal(lock cache.Lock, err error) {
	refusal, is := errors.AsType[*Refusal](err)
	if lock == nil || !is {
		return
	}
	if why, err := json.Marshal(refusal); err == nil {
		lock.Refuse(why)
	}
}

// sharedRefusal returns the refusal of another process, which sent the same request; nil if it
// cannot be read.
func (c *Client) sharedRefusal(s *profile.Step, refused *cache.RefusedError) *Refusal {
	refusal := &Refusal{}
	if err := json.Unmarshal(refused.Why, refusal); err != nil {
		return nil
	}
	refusal.Profile, refusal.Step = c.profile.Name, s.Name // the other's profile may have another name
	return refusal
}

func (c *Client) cacheFailed(err error) {
	if err != nil && c.deps.Cache.Failed != nil {
		c.deps.Cache.Failed(err)
	}
}

// renew repeats step i with new values if the vendor refused a cached one. It does not
// repeat a step that sends what works only once; in that case the next run gets new values.
func (c *Client) renew(ctx context.Context, p prepared, i int, got results, refused error) (*stepResult, error) {
	s, refusal := p.steps[i], (*Refusal)(nil)
	used := p.cachedFor(s)
	if len(used) == 0 || !errors.As(refused, &refusal) || !slices.Contains([]profile.Kind{profile.KindInvalidToken, profile.KindExpiredToken}, refusal.Kind) {
		return nil, refused
	}
	for _, a := range used {
		c.cacheFailed(c.deps.Cache.Remove(ctx, a.key, a.entry))
	}
	refusal.TokenCached = true
	if !c.profile.IsRepeatable(s) {
		return nil, refused
	}
	for _, a := range used {
		if err := c.again(ctx, p, slices.Index(p.steps, a.step), got); err != nil {
			return nil, err
		}
	}
	return c.do(ctx, s, p.readers[i], p.values, c.deps.Retries.Most)
}

// again runs step i for new values, and before it the steps that were spared and supply it.
func (c *Client) again(ctx context.Context, p prepared, i int, got results) error {
	s := p.steps[i]
	for j, supplier := range p.steps[:i] {
		for _, ph := range s.Placeholders() {
			if _, has := p.values.Text(ph.Name); !has && !ph.Optional && slices.ContainsFunc(supplier.Provided(), func(name string) bool { return supplier.Supplies(name) == ph.Name }) {
				if err := c.again(ctx, p, j, got); err != nil {
					return err
				}
			}
		}
	}
	a, err := c.runStep(ctx, p, i, got, cacheHits{})
	if err == nil {
		p.supply(a)
	}
	return err
}
