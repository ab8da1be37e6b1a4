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
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Cache is where applications' own tokens are kept between runs, and who is told of
// it. A nil function tells nobody.
type Cache struct {
	cache.Store
	// Scope is of what else than its request a token may depend on, such as the
	// certificate that is shown.
	Scope string
	// Fresh has the vendor asked for a token whatever is kept. Nothing is kept then,
	// nor what was: the vendor may have ended it.
	Fresh   bool
	Waiting func()            // another process is asking for the same token
	Used    func(cache.Entry) // in place of a request
	Failed  func(error)       // the token is good, but cannot be kept
}

// BusyError says that another process went on asking for the same token.
type BusyError struct {
	Profile, Step string
	Waited        time.Duration
}

func (e *BusyError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *BusyError) Text() lang.Text {
	waited := lang.Span(e.Waited)
	return who(e.Profile, e.Step, lang.Text{
		EN: "another process has been asking for this token for " + waited.EN + ", and the vendor is asked once at a time",
		ZH: "另一个进程正在获取这个令牌，已等待 " + waited.ZH + "；同一时间只向厂商请求一次",
	})
}

// appToken is the application's own token: from the cache, or from the vendor, by one
// process at a time. It is kept when it is known how long it lives. The error may be
// a *BusyError.
func (c *Client) appToken(ctx context.Context, s *profile.Step, reader *profile.Reader, values recipe.Values) (*answer, error) {
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
	if a := c.cached(ctx, s, reader, key); a != nil { // of whom we have waited for
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
		entry := cache.Entry{Profile: c.profile.Name, Address: address, At: a.at, ExpiresAt: ends.at, Answer: a.raw}
		c.cacheFailed(c.deps.Cache.Save(key, entry, c.deps.Now()))
	}
	return a, nil
}

// cached is the answer that the cache has, read as the profile says now; nil where it
// has none.
func (c *Client) cached(ctx context.Context, s *profile.Step, reader *profile.Reader, key string) *answer {
	entry, ok := c.deps.Cache.Find(key, c.deps.Now())
	if c.deps.Cache.Fresh || !ok {
		return nil
	}
	v, _, err := profile.Decode(entry.Answer)
	if err != nil {
		return nil
	}
	read, err := reader.Read(ctx, v)
	if err != nil || !isScalar(read[primary(s)]) {
		return nil
	}
	a := &answer{step: s, reader: reader, read: read, raw: entry.Answer, at: entry.At, cacheKey: key, cached: true}
	c.hideTokens(a)
	if c.deps.Cache.Used != nil {
		c.deps.Cache.Used(entry)
	}
	return a
}

// lock waits, as long as one request may take, for another process that asks for
// the same token. unlock is nil where nothing can be kept.
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

// tokenKey names a token by the request that yields it, so that whatever the request
// is made of, another value of it has another token. address is where it goes, without
// its query and without secrets.
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

// named is values with the program in place of each secret that a program prints: what it
// prints may be new each time, such as a one-time password or a signed assertion, and is
// then good for the same token. Values that are not secret stay: they say whose token it
// is.
func (c *Client) named(s *profile.Step, values recipe.Values) recipe.Values {
	refs := c.deps.Refs
	refs.Run = func(dir string, words []string) (string, error) { return fmt.Sprintf("cmd:%q in %q", words, dir), nil }
	byReference, err := c.profile.Values(c.profile.Alone(s).Inputs, refs)
	if err != nil { // the text of a reference is not such a value
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

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// renew repeats a step with a new token of the application's, where the vendor has
// refused one that came from the cache. A step that sends a code is not repeated;
// then the next run gets the new token.
func (c *Client) renew(ctx context.Context, p prepared, i int, token *answer, refused error) (*answer, error) {
	var refusal *Refusal
	s := p.steps[i]
	if token == nil || !token.cached || !s.Uses(profile.AppToken) || !errors.As(refused, &refusal) || !slices.Contains([]string{"invalid_token", "expired_token"}, refusal.Kind) {
		return nil, refused
	}
	c.cacheFailed(c.deps.Cache.Remove(token.cacheKey))
	refusal.TokenCached = true
	if s.Uses("code") {
		return nil, refused
	}
	at := slices.Index(p.steps, token.step)
	fresh, err := c.appToken(ctx, token.step, p.readers[at], p.values)
	if err != nil {
		return nil, err
	}
	p.supply(fresh)
	return c.do(ctx, s, p.readers[i], p.values)
}
