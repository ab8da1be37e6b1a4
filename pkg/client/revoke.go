package client

import (
	"context"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// HintedToken is a token to revoke or to introspect.
type HintedToken struct {
	Token secret.String
	Kind  string // access_token or refresh_token, which the server gets as token_type_hint (RFC 7009 §2.1)
}

// Given returns the values of a request about the token.
func (t HintedToken) Given() recipe.Values {
	return recipe.Values{"token": t.Token, "token_type_hint": t.Kind}
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
