package client

import (
	"context"
	"slices"

	"ssoctl/pkg/recipe"
)

// Login is what a finished login yields. Either may be nil: the token where the vendor
// trades the code for an identity, the user where no response says who it was.
type Login struct {
	Token *Token
	User  *User
}

// Login does all that a code allows: the exchange, and who it was. A code is
// sent once, so where both calls take it the exchange has it, and the user is
// whom its response names.
func (c *Client) Login(ctx context.Context, given recipe.Values) (Login, error) {
	return c.login(ctx, c.LoginSteps(), given, nil)
}

// Exchange trades a code. Its result has a Token; or only a User, where the vendor
// trades a code for an identity and the profile so has no [exchange]. given
// holds the code, and what else of the login the profile names (redirect_uri,
// code_verifier, nonce).
func (c *Client) Exchange(ctx context.Context, given recipe.Values) (Login, error) {
	return c.login(ctx, c.ExchangeSteps(), given, nil)
}

// Resume goes on with a login that ended in an [UnfinishedError]: it runs the steps
// that are not done.
func (c *Client) Resume(ctx context.Context, steps []string, given recipe.Values, done []Done) (Login, error) {
	return c.login(ctx, steps, given, done)
}

// UserInfo says who logged in, from an access_token or a code; whatever has to
// happen before runs first. With details, the second call's answer is added.
func (c *Client) UserInfo(ctx context.Context, given recipe.Values, details bool) (User, error) {
	got, err := c.login(ctx, UserInfoSteps(details), given, nil)
	if err != nil {
		return User{}, err
	}
	return *got.User, nil
}

func (c *Client) login(ctx context.Context, steps []string, given recipe.Values, done []Done) (Login, error) {
	got, err := c.run(ctx, steps, given, done)
	if err != nil {
		return Login{}, err
	}
	out := Login{User: c.userOf(got)}
	if a := got.of("exchange"); a != nil && slices.Contains(steps, "exchange") {
		token := c.tokenOf(a)
		out.Token = &token
	}
	return out, nil
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
