package client

import (
	"context"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/profile"
)

// CacheEntries returns the responses in the cache that a run with the current values would use. It
// sends no request to the vendor. The error says which value is missing.
func (c *Client) CacheEntries(ctx context.Context) ([]cache.Entry, error) {
	var out []cache.Entry
	err := c.eachCacheEntry(ctx, func(_ cache.Key, e cache.Entry) error {
		e.Profile = c.profile.Name // a profile of another name may send the same request
		out = append(out, e)
		return nil
	})
	return out, err
}

// ClearCache deletes the responses that [Client.CacheEntries] returns, and returns how many.
func (c *Client) ClearCache(ctx context.Context) (n int, err error) {
	err = c.eachCacheEntry(ctx, func(key cache.Key, e cache.Entry) error {
		n++
		return c.deps.Cache.Remove(ctx, key, e)
	})
	return n, err
}

func (c *Client) eachCacheEntry(ctx context.Context, do func(cache.Key, cache.Entry) error) error {
	for _, s := range c.profile.Steps() {
		if !s.Sends() || !c.profile.OfApplication(s) {
			continue
		}
		p, err := c.prepare([]profile.StepName{s.Name}, nil)
		if err != nil {
			return err
		}
		key, _, err := c.cacheKey(ctx, s, p.values)
		if err != nil {
			return err
		}
		if e, ok := c.deps.Cache.Find(ctx, key, c.deps.Now()); ok {
			if err := do(key, e); err != nil {
				return err
			}
		}
	}
	return nil
}
