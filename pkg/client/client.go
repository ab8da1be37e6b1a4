// Package client runs the steps of a profile against a vendor.
//
// Create a [Client] with [New]. [Client.Authorize] starts a login. When the browser
// returns with a code, [Client.Login] exchanges it and reads the user, [Client.Exchange] and
// [Client.UserInfo] do one of these, and [Client.Resume] runs steps of the caller's choice.
// [Client.AppToken] and [Client.Refresh] get other tokens. [Client.Probe] tests a step
// without credentials, and [Client.Draft] builds requests without sending them.
//
// A failed request returns one of these errors: a [*Refusal] if the vendor refused it, a
// [*ProtocolError] if the response cannot be used, or a [*NetworkError] if there was no
// response. An [*ArgumentError] means that a value is missing and nothing was sent.
//
// [NewJudge] applies the same rules to responses from elsewhere, such as a log.
package client

import (
	"context"
	"io"
	"net/http"
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Deps are the dependencies of a [Client].
type Deps struct {
	HTTP      *http.Client // CheckRedirect is ignored: redirects are never followed
	Now       func() time.Time
	Rand      io.Reader
	Refs      reference.Resolver
	Timeout   time.Duration // for one request and its response; 0 means DefaultTimeout
	Retries   Retries
	After     func(time.Duration) <-chan time.Time // ends a wait; nil means [time.After]
	UserAgent string
	// Scrubber learns every secret that is sent or received; nil means a new one.
	Scrubber *scrub.Scrubber
	Record   *record.Recorder // nil records nothing
	Warn     func(lang.Text)  // called for problems that are not errors; may be nil
	Cache    Cache
	// Documents caches the issuer's metadata and keys.
	Documents Documents
	NoVerify  bool // id_tokens are not verified
	// Context ends requests for the issuer's metadata, which reading an input can cause; nil
	// means [context.Background].
	Context context.Context
}

// DefaultTimeout is the time-out for one request and its response.
const DefaultTimeout = 30 * time.Second

// Client sends requests to one vendor as its profile describes. It is not safe for
// concurrent use.
type Client struct {
	profile *profile.Profile
	deps    Deps
	http    *http.Client
	scrub   *scrub.Scrubber

	codeSent bool
	done     []Done
	provider *provider
}

// New returns a client for p. It becomes the resolver of p, so that endpoints which have no
// value come from the metadata of the issuer.
func New(p *profile.Profile, d Deps) *Client {
	h := *d.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if d.Timeout == 0 {
		d.Timeout = DefaultTimeout
	}
	if d.After == nil {
		d.After = time.After
	}
	if d.Context == nil {
		d.Context = context.Background()
	}
	if d.Scrubber == nil {
		d.Scrubber = &scrub.Scrubber{}
	}
	if d.Cache.Store == nil {
		d.Cache.Store = cache.Folder{}
	}
	c := &Client{profile: p, deps: d, http: &h, scrub: d.Scrubber}
	c.provider = &provider{c: c}
	p.Resolver = c.provider
	return c
}

// Profile returns the profile that the client follows.
func (c *Client) Profile() *profile.Profile { return c.profile }

// Scrubber returns the scrubber that masks every secret that the client sent or received.
func (c *Client) Scrubber() *scrub.Scrubber { return c.scrub }

// Done returns the responses of the last run that used a code or a refresh token and succeeded;
// nil if no run did.
func (c *Client) Done() []Done { return c.done }

// CodeSent reports whether a code may have reached the vendor.
func (c *Client) CodeSent() bool { return c.codeSent }

// AppToken returns the application token, from the cache if possible.
func (c *Client) AppToken(ctx context.Context) (Token, error) {
	return c.token(ctx, profile.StepToken, nil)
}

// Refresh exchanges a refresh token for a new token.
func (c *Client) Refresh(ctx context.Context, refreshToken secret.String) (Token, error) {
	return c.RefreshOf(ctx, refreshToken, secret.String{})
}

// RefreshOf is [Client.Refresh] for a login whose id_token is known: the new one has to be of
// the same login.
func (c *Client) RefreshOf(ctx context.Context, refreshToken, idToken secret.String) (Token, error) {
	given := recipe.Values{"refresh_token": refreshToken}
	if idToken.Reveal() != "" {
		given[OriginalIDToken] = idToken
	}
	return c.token(ctx, profile.StepRefresh, given)
}

// OriginalIDToken is the name of the id_token of the login that is refreshed, among the values of
// a run. No profile can use it.
const OriginalIDToken = "id_token of the login"

func (c *Client) token(ctx context.Context, step profile.StepName, given recipe.Values) (Token, error) {
	got, err := c.run(ctx, []profile.StepName{step}, given, nil)
	if err != nil {
		return Token{}, err
	}
	return c.tokenOf(got.of(step)), nil
}
