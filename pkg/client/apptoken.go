package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Cache keeps application tokens between runs. Its functions report events, and may be nil.
type Cache struct {
	cache.Store
	// Scope identifies what the token depends on besides its request, such as the client
	// certificate.
	Scope string
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

// appToken returns the application token: the cached one, or a new one from the vendor.
// Only one process at a time requests it. It is cached if its expiry is known. The error
// may be a [*BusyError].
func (c *Client) appToken(ctx context.Context, s *profile.Step, reader *profile.Reader, values recipe.Values) (*stepResult, error) {
	c.keepSecret(values)
	key, address, err := c.tokenKey(ctx, s, values)
	if err != nil {
		return nil, err
	}
	if a := c.cached(ctx, s, reader, key); a != nil {
		return a, nil
	}
	unlock, err := c.lock(ctx, s, key)
	if err != nil {
		return nil, err
	}
	if unlock == nil {
		return c.do(ctx, s, reader, values)
	}
	defer unlock()
	if a := c.cached(ctx, s, reader, key); a != nil { // the process that held the lock saved it
		return a, nil
	}
	a, err := c.do(ctx, s, reader, values)
	if err != nil {
		return nil, err
	}
	a.cacheKey = key
	if c.deps.Cache.Fresh {
		c.cacheFailed(c.deps.Cache.Remove(key))
		return a, nil
	}
	if ends := expiryOf(a); ends.kept(a) {
		entry := cache.Entry{Profile: c.profile.Name, Address: address, At: a.at, ExpiresAt: ends.At, Response: a.saved}
		c.cacheFailed(c.deps.Cache.Save(key, entry, c.deps.Now()))
	}
	return a, nil
}

// cached returns the cached response, read with the current profile; nil if there is none,
// or the profile cannot read it.
func (c *Client) cached(ctx context.Context, s *profile.Step, reader *profile.Reader, key string) *stepResult {
	entry, ok := c.deps.Cache.Find(key, c.deps.Now())
	if c.deps.Cache.Fresh || !ok {
		return nil
	}
	decoded, raw, err := reread(s, entry.Response)
	if err != nil {
		return nil
	}
	read, err := reader.Read(ctx, decoded)
	if err != nil || !isScalar(read[s.Primary()]) {
		return nil
	}
	a := &stepResult{step: s, reader: reader, read: read, raw: raw, at: entry.At, cacheKey: key, cached: true}
	c.hideTokens(a)
	if c.deps.Cache.Used != nil {
		c.deps.Cache.Used(entry)
	}
	return a
}

// lock waits for another process that requests the same token, for at most the time-out of
// a request. unlock is nil if nothing can be cached.
func (c *Client) lock(ctx context.Context, s *profile.Step, key string) (unlock func(), err error) {
	within, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	unlock, err = c.deps.Cache.Lock(within, key, func() {
		if c.deps.Cache.Waiting != nil {
			c.deps.Cache.Waiting()
		}
	})
	switch {
	case err == nil:
		return unlock, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &BusyError{c.profile.Name, s.Name, c.deps.Timeout}
	}
	c.cacheFailed(err)
	return nil, nil
}

func (c *Client) cacheFailed(err error) {
	if err != nil && c.deps.Cache.Failed != nil {
		c.deps.Cache.Failed(err)
	}
}

// tokenKey returns the cache key of a token: a hash of the request for it, so that any
// change of the request gives another key. address is the URL of the request without its
// query and without secrets.
func (c *Client) tokenKey(ctx context.Context, s *profile.Step, values recipe.Values) (key, address string, err error) {
	fresh := recipe.Fresh{Now: func() time.Time { return time.Time{} }, Rand: zeros{}}
	req, err := s.Build(ctx, values, fresh)
	if err != nil {
		return "", "", c.unbuilt(s, err)
	}
	named := req
	if r, err := s.Build(ctx, c.named(s, values), fresh); err == nil {
		named = r
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %s %s\n", c.deps.Cache.Scope, named.Method, named.URL)
	for _, name := range slices.Sorted(maps.Keys(named.Header)) {
		fmt.Fprintf(h, "%s: %q\n", name, named.Header[name])
	}
	h.Write(named.Body)
	req.URL.RawQuery = ""
	return hex.EncodeToString(h.Sum(nil)[:16]), c.scrub.Scrub(req.URL.String()), nil
}

// named replaces each secret that a program prints with the program's command line. A
// one-time password or a signed assertion differs each time, but gives the same token.
// Other values stay, because they say whose token it is.
func (c *Client) named(s *profile.Step, values recipe.Values) recipe.Values {
	refs := c.deps.Refs
	refs.Run = func(dir string, words []string) (string, error) { return fmt.Sprintf("cmd:%q in %q", words, dir), nil }
	byReference, err := c.profile.Values(c.profile.Alone(s).Inputs, refs)
	if err != nil { // a command line is not a valid value here
		return values
	}
	out := maps.Clone(values)
	for name, v := range byReference {
		if _, isSecret := v.(secret.String); isSecret {
			out[name] = v
		}
	}
	return out
}

// zeros is an endless reader of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// renew repeats a step with a new application token if the vendor refused a cached one. It
// does not repeat a step that sends a code; in that case the next run gets a new token.
func (c *Client) renew(ctx context.Context, p prepared, i int, token *stepResult, refused error) (*stepResult, error) {
	var refusal *Refusal
	s := p.steps[i]
	if token == nil || !token.cached || !s.Uses(profile.AppToken) || !errors.As(refused, &refusal) || !slices.Contains([]profile.Kind{profile.KindInvalidToken, profile.KindExpiredToken}, refusal.Kind) {
		return nil, refused
	}
	c.cacheFailed(c.deps.Cache.Remove(token.cacheKey))
	refusal.TokenCached = true
	if s.Uses("code") {
		return nil, refused
	}
	at := slices.Index(p.steps, token.step)
	renewed, err := c.appToken(ctx, token.step, p.readers[at], p.values)
	if err != nil {
		return nil, err
	}
	p.supply(renewed)
	return c.do(ctx, s, p.readers[i], p.values)
}
