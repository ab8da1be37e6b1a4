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
	"ssoctl/pkg/secret"
)

// Cache keeps application tokens between runs; a nil Store keeps nothing. Its functions
// report events, and may be nil.
type Cache struct {
	cache.Store
	// Scope identifies what the token depends on besides its request, such as the client
	// certificate.
	Scope string
	// MinTTL is the remaining lifetime that a cached token needs. A token with less is
	// renewed.
	MinTTL time.Duration
	// Fresh means to request a new token and not cache it. A cached token is deleted,
	// because the vendor may have revoked it.
	Fresh   bool
	Waiting func()            // another process is requesting the same token
	Used    func(cache.Entry) // a cached token was used instead of a request
	Failed  func(error)       // the token is valid, but cannot be cached
}

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

// kept is what a run takes from the cache.
type kept struct {
	found map[*profile.Step]*stepResult
	spare map[*profile.Step]bool // steps that need not run, because of what was found
}

func (k kept) spares(s *profile.Step) bool { return k.spare[s] }

// fromCache looks up the steps of a plan that are about the application, the last one
// first. It spares a step whose values only the found steps would need: its request would
// be useless, and with some vendors a new token ends the one in use.
func (c *Client) fromCache(ctx context.Context, p prepared, targets []profile.StepName) kept {
	k := kept{map[*profile.Step]*stepResult{}, map[*profile.Step]bool{}}
	needed := map[string]bool{}
	for _, ph := range p.after {
		needed[ph.Name] = true
	}
	for i, s := range slices.Backward(p.steps) {
		ours := c.profile.OfApplication(s)
		if (ours || !s.Sends()) && !slices.Contains(targets, s.Name) && !slices.ContainsFunc(s.Provided(), func(name string) bool { return needed[s.Supplies(name)] }) {
			k.spare[s] = true
			continue
		}
		if ours && !c.deps.Cache.Fresh {
			if key, _, err := c.cacheKey(ctx, s, p.values); err == nil {
				if a := c.cached(ctx, s, p.readers[i], key); a != nil {
					k.found[s] = a
					continue
				}
			}
		}
		for _, ph := range s.Placeholders() {
			needed[ph.Name] = true
		}
	}
	return k
}

// ofApplication returns the response of step i, which is about the application: the cached
// one, or a new one from the vendor. Only one process at a time requests it. It is cached if
// its expiry is known. The error may be a [*BusyError].
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
	if waited { // the process that held the lock has just repeated its request in vain
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
	case ends.kept(a):
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

// cached returns the cached response, read with the current profile; nil if there is none,
// or the profile cannot read it.
func (c *Client) cached(ctx context.Context, s *profile.Step, reader *profile.Reader, key cache.Key) *stepResult {
	if c.deps.Cache.Fresh {
		return nil
	}
	entry, ok := c.deps.Cache.Find(ctx, key, c.deps.Now())
	if !ok || entry.ExpiresAt.Sub(c.deps.Now()) < c.deps.Cache.MinTTL {
		return nil
	}
	decoded, raw, err := reread(s, entry.Response)
	if err != nil {
		return nil
	}
	read, err := reader.Read(ctx, decoded)
	if err != nil || !isUsable(s, read) {
		return nil
	}
	a := &stepResult{step: s, reader: reader, read: read, raw: raw, at: entry.At, key: key, entry: entry, cached: true, remade: true}
	c.hideTokens(a)
	if c.deps.Cache.Used != nil {
		c.deps.Cache.Used(entry)
	}
	return a
}

// isUsable reports whether a cached response has what the step was run for: its primary
// value or, if it reads none, any value but its expiry.
func isUsable(s *profile.Step, read map[string]any) bool {
	if _, reads := s.Read[s.Primary()]; reads {
		return isScalar(read[s.Primary()])
	}
	for name := range read {
		if name != "expires_in" {
			return true
		}
	}
	return false
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
// repeat a step that sends a code; in that case the next run gets new values.
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
	if s.Uses("code") {
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
	a, err := c.runStep(ctx, p, i, got, kept{})
	if err == nil {
		p.supply(a)
	}
	return err
}

// cachedFor returns the cached responses that supply the step directly.
func (p prepared) cachedFor(s *profile.Step) results {
	var out results
	for _, supplier := range p.steps {
		a := p.latest[supplier]
		if a != nil && a.cached && slices.ContainsFunc(supplier.Provided(), func(name string) bool { return s.Uses(supplier.Supplies(name)) }) {
			out = append(out, a)
		}
	}
	return out
}

// CachedToken returns the application's token from the cache; ok is false if there is none. It
// sends no request to the vendor.
func (c *Client) CachedToken(ctx context.Context) (s HintedToken, ok bool, err error) {
	a, err := c.cachedToken(ctx)
	if err != nil || a == nil {
		return HintedToken{}, false, err
	}
	return HintedToken{secret.New(profile.Text(a.read["access_token"])), "access_token"}, true, nil
}

// cachedToken returns the response of [token] from the cache; nil if there is none.
func (c *Client) cachedToken(ctx context.Context) (*stepResult, error) {
	targets := []profile.StepName{profile.StepToken}
	p, err := c.prepare(targets, nil)
	if err != nil {
		return nil, err
	}
	return c.fromCache(ctx, p, targets).found[c.profile.Token], nil
}
