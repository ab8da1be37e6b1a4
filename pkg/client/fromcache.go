package client

import (
	"context"
	"slices"
	"time"

	"ssoctl/pkg/cache"
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

// cacheHits are the responses that a run takes from the cache.
type cacheHits struct {
	found map[*profile.Step]*stepResult
	spare map[*profile.Step]bool // steps that need not run, because of what was found
}

func (h cacheHits) spares(s *profile.Step) bool { return h.spare[s] }

// fromCache looks up the steps of a plan that are about the application, from the last to the
// first. A step that only supplies a response found here does not run: its request would be
// useless, and with some vendors a new token ends the one in use.
func (c *Client) fromCache(ctx context.Context, p prepared, targets []profile.StepName) cacheHits {
	hits := cacheHits{map[*profile.Step]*stepResult{}, map[*profile.Step]bool{}}
	needed := map[string]bool{}
	for _, ph := range p.after {
		needed[ph.Name] = true
	}
	for i, s := range slices.Backward(p.steps) {
		ours := c.profile.OfApplication(s)
		if (ours || !s.Sends()) && !slices.Contains(targets, s.Name) && !slices.ContainsFunc(s.Provided(), func(name string) bool { return needed[s.Supplies(name)] }) {
			hits.spare[s] = true
			continue
		}
		if ours && !c.deps.Cache.Fresh {
			if key, _, err := c.cacheKey(ctx, s, p.values); err == nil {
				if a := c.cached(ctx, s, p.readers[i], key); a != nil {
					hits.found[s] = a
					continue
				}
			}
		}
		for _, ph := range s.Placeholders() {
			needed[ph.Name] = true
		}
	}
	return hits
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
