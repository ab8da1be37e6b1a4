// Package client runs a profile's steps against a vendor: one request path, one
// type for each way in which it can fail.
package client

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

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

// CodeSent reports whether a code may have reached the vendor.
func (c *Client) CodeSent() bool { return c.codeSent }

// Exchange trades a code. Its result has a Token; or a User, where the vendor
// trades a code for an identity and the profile so has no [exchange]. given
// holds the code, and what else of the login the profile names (redirect_uri,
// code_verifier, nonce).
func (c *Client) Exchange(ctx context.Context, given recipe.Values) (Login, error) {
	if c.tradesForUser() {
		user, err := c.UserInfo(ctx, given, false)
		return Login{User: &user}, err
	}
	token, err := c.token(ctx, "exchange", given)
	return Login{Token: &token}, err
}

// AppToken gets the application's own token, from the cache where that has one.
func (c *Client) AppToken(ctx context.Context) (Token, error) { return c.token(ctx, "token", nil) }

// Refresh trades a refresh token for a new token.
func (c *Client) Refresh(ctx context.Context, refreshToken secret.String) (Token, error) {
	return c.token(ctx, "refresh", recipe.Values{"refresh_token": refreshToken})
}

// UserInfo says who logged in, from an access_token or a code; whatever has to
// happen before runs first. With details, the second call's answer is added.
func (c *Client) UserInfo(ctx context.Context, given recipe.Values, details bool) (User, error) {
	answers, err := c.run(ctx, UserInfoSteps(details), given)
	if err != nil {
		return User{}, err
	}
	user := c.userOf(answers["userinfo"])
	if details {
		user = c.userOf(answers["userinfo"], answers["details"])
	}
	return user, nil
}

// Login is what a finished login yields. Either may be nil.
type Login struct {
	Token *Token
	User  *User
}

// Login does all that a code allows: the exchange, and who it was. A code is
// sent once, so where both calls take it the exchange has it, and the user is
// the subject that the exchange names.
func (c *Client) Login(ctx context.Context, given recipe.Values) (Login, error) {
	out, err := c.Exchange(ctx, given)
	if err != nil || out.User != nil || c.profile.UserInfo == nil {
		return out, err
	}
	if c.profile.UserInfo.Uses("code") {
		out.User = &User{Profile: out.Token.Profile, Step: out.Token.Step, Subject: out.Token.Subject, Tenant: out.Token.Tenant}
		return out, nil
	}
	user, err := c.UserInfo(ctx, recipe.Values{"access_token": out.Token.AccessToken}, false)
	if err != nil {
		return Login{}, err
	}
	out.User = &user
	return out, nil
}

func (c *Client) token(ctx context.Context, step string, given recipe.Values) (Token, error) {
	answers, err := c.run(ctx, []string{step}, given)
	if err != nil {
		return Token{}, err
	}
	return c.tokenOf(answers[step]), nil
}

// ExchangeSteps are the steps that Exchange takes.
func (c *Client) ExchangeSteps() []string {
	if c.tradesForUser() {
		return []string{"userinfo"}
	}
	return []string{"exchange"}
}

// LoginSteps are the steps that Login takes.
func (c *Client) LoginSteps() []string {
	steps := c.ExchangeSteps()
	if u := c.profile.UserInfo; u != nil && !u.Uses("code") {
		steps = append(steps, "userinfo")
	}
	return steps
}

// UserInfoSteps are the steps that UserInfo takes.
func UserInfoSteps(details bool) []string {
	if details {
		return []string{"userinfo", "details"}
	}
	return []string{"userinfo"}
}

// tradesForUser reports whether the vendor trades a code for an identity.
func (c *Client) tradesForUser() bool {
	return c.profile.Exchange == nil && c.profile.UserInfo != nil && c.profile.UserInfo.Uses("code")
}

// Ready finds what is missing or wrong for a login that goes on with these steps,
// before somebody logs in for nothing. The errors are those that the steps
// themselves would end with before they ask the vendor.
func (c *Client) Ready(steps []string) error {
	_, err := c.prepare(append([]string{"authorize"}, steps...), recipe.Values{"code": "C", "redirect_uri": "R", "state": "S"})
	return err
}

// giveable are the values that a caller can give.
var giveable = []string{"code", "access_token", "refresh_token", "code_verifier", profile.AppToken}

// prepared is a plan with all that it takes.
type prepared struct {
	steps   []*profile.Step
	readers []*profile.Reader
	values  recipe.Values
}

// prepare finds everything that can be found wrong without asking the vendor.
func (c *Client) prepare(targets []string, given recipe.Values) (prepared, error) {
	plan, err := c.profile.Plan(targets, given)
	if err != nil {
		return prepared{}, err
	}
	if len(plan.Lacking) > 0 {
		// What nobody can give is a fault of the profile, and Lint says where.
		if !slices.ContainsFunc(plan.Lacking, func(name string) bool { return slices.Contains(giveable, name) }) {
			if faults := c.profile.Lint(); len(faults) > 0 {
				return prepared{}, faults
			}
		}
		target := c.profile.Step(targets[len(targets)-1])
		return prepared{}, &ArgumentError{
			Profile: c.profile.Name, Step: target.Name, Needs: plan.Lacking,
			TakesToken: target.Uses("access_token"), TakesLogin: c.profile.Authorize != nil,
		}
	}
	p := prepared{steps: plan.Steps}
	for _, s := range p.steps { // before somebody is asked to unlock a secret
		if err := c.profile.Guard(s); err != nil {
			return p, err
		}
	}
	if p.values, err = c.profile.Values(plan.Inputs, c.deps.Refs); err != nil {
		return p, err
	}
	for name, v := range given {
		p.values[name] = v
	}
	for _, s := range p.steps {
		reader, err := c.profile.Reader(s)
		if err != nil {
			return p, err
		}
		p.readers = append(p.readers, reader)
	}
	return p, nil
}

// run runs the targets and, before them, the steps whose answers they need. It
// returns the answers by step.
func (c *Client) run(ctx context.Context, targets []string, given recipe.Values) (map[string]*answer, error) {
	p, err := c.prepare(targets, given)
	if err != nil {
		return nil, err
	}
	answers := map[string]*answer{}
	for i, s := range p.steps {
		var a *answer
		if s == c.profile.Token {
			a, err = c.appToken(ctx, s, p.readers[i], p.values)
		} else if a, err = c.do(ctx, s, p.readers[i], p.values); err != nil {
			a, err = c.renew(ctx, p, i, answers["token"], err)
		}
		if err != nil {
			return nil, err
		}
		answers[s.Name] = a
		a.supply(p.values)
	}
	return answers, nil
}
