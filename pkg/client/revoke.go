package client

import (
	"context"

	"ssoctl/pkg/profile"
)

// Revoke ends a token (RFC 7009). If it is the application's token in the cache, it is removed
// there.
func (c *Client) Revoke(ctx context.Context, s HintedToken) (Result, error) {
	got, err := c.Step(ctx, profile.StepRevoke, s.Given())
	if err != nil || c.profile.Token == nil {
		return got, err
	}
	a, err := c.cachedToken(ctx)
	if err == nil && a != nil && profile.Text(a.read["access_token"]) == s.Token.Reveal() {
		c.cacheFailed(c.deps.Cache.Remove(ctx, a.key, a.entry))
	}
	return got, nil // the token has ended, whatever the cache says
}
