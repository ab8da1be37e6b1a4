package client

import (
	"context"
	"slices"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Login is the result of a login. Token is nil if the vendor exchanges the code for the
// user's identity. User is nil if no response identifies the user.
type Login struct {
	Token *Token
	User  *User
}

// Login exchanges a code and reads the user. A code is sent only once: if both exchange and
// userinfo take the code, only the exchange runs, and its response identifies the user. For
// given and redirect, see [Client.Exchange].
func (c *Client) Login(ctx context.Context, given recipe.Values, redirect ...Done) (Login, error) {
	return c.login(ctx, c.LoginSteps(), given, redirect)
}

// Exchange exchanges a code for a token. If the profile has no [exchange] because the
// vendor exchanges the code for the user's identity, the result has only a User. given
// holds the code and the other values of the login that the profile uses (redirect_uri,
// code_verifier, nonce). redirect is that of the login, from [Client.Redirected].
func (c *Client) Exchange(ctx context.Context, given recipe.Values, redirect ...Done) (Login, error) {
	return c.login(ctx, c.ExchangeSteps(), given, redirect)
}

// Resume continues a login that failed with an [UnfinishedError], or whose redirect is in
// done: it runs the steps that are not in done.
func (c *Client) Resume(ctx context.Context, steps []profile.StepName, given recipe.Values, done []Done) (Login, error) {
	return c.login(ctx, steps, given, done)
}

// UserInfo returns the user for an access_token or a code. It first runs the steps whose responses
// the step userinfo needs, such as exchange. With details, it also runs the step details, and adds
// its values.
func (c *Client) UserInfo(ctx context.Context, given recipe.Values, details bool) (User, error) {
	got, err := c.login(ctx, UserInfoSteps(details), given, nil)
	if err != nil {
		return User{}, err
	}
	return *got.User, nil
}

func (c *Client) login(ctx context.Context, steps []profile.StepName, given recipe.Values, done []Done) (Login, error) {
	got, err := c.run(ctx, steps, given, done)
	if err != nil {
		return Login{}, err
	}
	return c.loginOf(got, steps), nil
}

// loginOf returns the result of a run of the target steps.
func (c *Client) loginOf(got results, steps []profile.StepName) Login {
	out := Login{User: c.userOf(got)}
	for _, step := range []profile.StepName{profile.StepExchange, profile.StepDeviceToken, profile.StepRefresh} {
		if a := got.of(step); a != nil && slices.Contains(steps, step) {
			token := c.tokenOf(a)
			out.Token = &token
		}
	}
	out.addRedirect(got.of(profile.StepAuthorize))
	return out
}

// ExchangeSteps returns the target steps of [Client.Exchange].
func (c *Client) ExchangeSteps() []profile.StepName {
	if c.tradesForUser() {
		return []profile.StepName{profile.StepUserInfo}
	}
	return []profile.StepName{profile.StepExchange}
}

// LoginSteps returns the target steps of [Client.Login]. It asks for the issuer's metadata if
// the address of userinfo comes from it.
func (c *Client) LoginSteps() []profile.StepName {
	steps := c.ExchangeSteps()
	if u := c.profile.UserInfo; u != nil && !c.profile.SendsValue(u, "code") && !slices.Contains(steps, profile.StepUserInfo) && !c.provider.lacks(u) {
		steps = append(steps, profile.StepUserInfo)
	}
	return steps
}

// UserInfoSteps returns the target steps of [Client.UserInfo].
func UserInfoSteps(details bool) []profile.StepName {
	if details {
		return []profile.StepName{profile.StepUserInfo, profile.StepDetails}
	}
	return []profile.StepName{profile.StepUserInfo}
}

// tradesForUser reports whether the vendor exchanges a code for the user's identity, perhaps
// by steps of its own.
func (c *Client) tradesForUser() bool {
	return c.profile.Exchange == nil && c.profile.TakesCode(profile.StepUserInfo)
}
