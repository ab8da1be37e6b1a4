package client

import (
	"net/url"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Logout is the address at which the browser of a user ends the session at the provider
// (OpenID Connect RP-Initiated Logout 1.0 §2), and what comes back.
type Logout struct {
	Profile     string
	URL         string
	RedirectURI string // where the browser returns; "" if the provider shows its own page
	State       string // that the browser brings back; "" without RedirectURI
}

// LogoutOptions say whose session ends. All are optional.
type LogoutOptions struct {
	IDToken     secret.String // of the session
	RedirectURI string        // "" means the profile's
	State       string        // "" means a random one
}

// Logout returns the address of a logout. It sends no request but for metadata. The error is a
// [*profile.NotOfferedError] if the provider has no such address.
func (c *Client) Logout(o LogoutOptions) (Logout, error) {
	why, refused := c.profile.NotOffered[profile.StepLogout]
	if _, declared := c.profile.Inputs[oidc.LogoutInput]; !declared || refused {
		return Logout{}, &profile.NotOfferedError{Profile: c.profile.Name, Step: profile.StepLogout, Why: why.Text()}
	}
	values, err := c.profile.Values([]recipe.Placeholder{{Name: oidc.LogoutInput}, {Name: "client_id"}, {Name: oidc.LogoutRedirectInput, Optional: true}}, c.deps.Refs)
	if err != nil {
		return Logout{}, err
	}
	at, _ := values.Text(oidc.LogoutInput)
	u, err := url.Parse(at)
	if err != nil || u.Host == "" {
		return Logout{}, c.protocolAddress(at)
	}
	out := Logout{Profile: c.profile.Name, RedirectURI: o.RedirectURI, State: o.State}
	if out.RedirectURI == "" {
		out.RedirectURI, _ = values.Text(oidc.LogoutRedirectInput)
	}
	q := u.Query()
	id, _ := values.Text("client_id")
	q.Set("client_id", id)
	if !o.IDToken.IsZero() {
		c.scrub.Add(o.IDToken)
		q.Set("id_token_hint", o.IDToken.Reveal())
	}
	if out.RedirectURI != "" {
		if out.State == "" {
			out.State = c.random(32)
		}
		q.Set("post_logout_redirect_uri", out.RedirectURI)
		q.Set("state", out.State)
	}
	u.RawQuery = q.Encode()
	out.URL = u.String()
	return out, nil
}

// protocolAddress is the error for an address that no browser can open.
func (c *Client) protocolAddress(at string) error {
	return &profile.Error{Key: oidc.LogoutInput, Problem: lang.Text{EN: "is not an address: " + at, ZH: "不是地址：" + at}}
}
