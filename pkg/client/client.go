// Package client runs a profile's steps against a vendor: one request path, one
// type for each way in which it can fail.
package client

import (
	"context"
	"io"
	"net/http"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// Deps is what a client takes from the world.
type Deps struct {
	HTTP      *http.Client // its CheckRedirect is not used: redirects are never followed
	Now       func() time.Time
	Rand      io.Reader
	Refs      secret.Resolver
	Timeout   time.Duration // of one request; 0 means DefaultTimeout
	UserAgent string
	// Scrubber is told every secret that is sent or received; nil means one of the
	// client's own.
	Scrubber *secret.Scrubber
	Record   *record.Recorder // nil keeps nothing
	Warn     func(lang.Text)  // of what is odd and yet no failure; nil tells nobody
	Cache    Cache
}

// DefaultTimeout is how long one request may take, its answer included.
const DefaultTimeout = 30 * time.Second

// Client speaks to one vendor as its profile says. It is not safe for
// concurrent use.
type Client struct {
	profile *profile.Profile
	deps    Deps
	http    *http.Client
	scrub   *secret.Scrubber

	codeSent bool
	done     []Done
}

// New returns a client for p.
func New(p *profile.Profile, d Deps) *Client {
	h := *d.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if d.Timeout == 0 {
		d.Timeout = DefaultTimeout
	}
	if d.Scrubber == nil {
		d.Scrubber = &secret.Scrubber{}
	}
	return &Client{profile: p, deps: d, http: &h, scrub: d.Scrubber}
}

// Profile returns the profile that the client follows.
func (c *Client) Profile() *profile.Profile { return c.profile }

// Scrubber takes every secret that the client has sent or received out of a text.
func (c *Client) Scrubber() *secret.Scrubber { return c.scrub }

// Done is what the steps of a run have yielded that has spent a code and come to its
// end; nil before.
func (c *Client) Done() []Done { return c.done }

// CodeSent reports whether a code may have reached the vendor.
func (c *Client) CodeSent() bool { return c.codeSent }

// AppToken gets the application's own token, from the cache where that has one.
func (c *Client) AppToken(ctx context.Context) (Token, error) { return c.token(ctx, "token", nil) }

// Refresh trades a refresh token for a new token.
func (c *Client) Refresh(ctx context.Context, refreshToken secret.String) (Token, error) {
	return c.token(ctx, "refresh", recipe.Values{"refresh_token": refreshToken})
}

func (c *Client) token(ctx context.Context, step string, given recipe.Values) (Token, error) {
	got, err := c.run(ctx, []string{step}, given, nil)
	if err != nil {
		return Token{}, err
	}
	return c.tokenOf(got.of(step)), nil
}
