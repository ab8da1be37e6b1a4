package client

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// verify verifies the id_token of a response, or the signature of a userinfo response. It also
// checks that userinfo is about the user of the id_token in got, the earlier responses. If the
// issuer is unknown, or with NoVerify, it only compares the nonce. It returns the step's error.
func (c *Client) verify(ctx context.Context, a *stepResult, values recipe.Values, got results) error {
	if a.step.Name == profile.StepUserInfo {
		if err := c.verifyUserInfo(ctx, a); err != nil {
			return err
		}
		return c.sameUser(a, got)
	}
	text := profile.Text(a.read["id_token"])
	issuer, err := c.provider.issuer()
	if err != nil || a.cached {
		return err
	}
	check := c.tokenCheck(a.step, values)
	if problem := check.problem(a); !problem.IsZero() { // of a resumed login; see [Client.once] for others
		return &ProtocolError{Profile: c.profile.Name, Step: a.step.Name, Claim: "nonce", Problem: problem}
	}
	if issuer == "" {
		return nil
	}
	if text == "" {
		return c.requireIDToken(a.step)
	}
	claims, isJWT, problem := readIDToken(text)
	switch {
	case c.deps.NoVerify:
		a.claims = claims
		c.warnNotVerified(a.step)
		return nil
	case isJWT && !problem.IsZero():
		return c.encrypted(a.step)
	}
	return c.verifyIDToken(ctx, a, issuer, values)
}

// warnNotVerified warns of an id_token that the user wants unverified.
func (c *Client) warnNotVerified(s *profile.Step) {
	if c.deps.Warn != nil {
		c.deps.Warn(who(c.profile.Name, s.Name, lang.Text{
			EN: "the id_token is not verified (--no-verify): neither its signature nor its issuer, audience and expiry; anyone could have made it",
			ZH: "未验证 id_token（--no-verify）：签名、签发者、受众和有效期都没有核对，可能是任何人伪造的",
		}))
	}
}

// verifyIDToken verifies the id_token of a response: its issuer signed it for this client and this
// login.
func (c *Client) verifyIDToken(ctx context.Context, a *stepResult, issuer string, values recipe.Values) error {
	verifier, err := c.verifier(issuer)
	if err != nil {
		return err
	}
	expect := oidc.Expect{AccessToken: profile.Text(a.read["access_token"]), Nonce: c.tokenCheck(a.step, values).nonce, Now: a.at}
	if a.step.Uses("code") {
		expect.Code, _ = values.Text("code")
	}
	if a.claims, err = verifier.Verify(ctx, profile.Text(a.read["id_token"]), expect); err != nil {
		return c.oidcError(a.step.Name, err, nil)
	}
	if original, _ := values.Text(OriginalIDToken); original != "" {
		claims, _, _ := readIDToken(original)
		if err := oidc.SameLogin(claims, a.claims); err != nil {
			return c.oidcError(a.step.Name, err, nil)
		}
	}
	a.verified = true
	return nil
}

// requireIDToken returns an error for a response without id_token to a login whose scope has
// openid, at whose end there has to be one (OpenID Connect Core 1.0 §3.1.3.3).
func (c *Client) requireIDToken(s *profile.Step) error {
	scope, err := c.provider.input("scope")
	if err != nil || c.deps.NoVerify || !s.Uses("code") && !s.Uses("device_code") || !slices.Contains(strings.Fields(scope), "openid") {
		return err
	}
	return c.oidcError(s.Name, oidc.NoIDToken(), nil)
}

// encrypted is the error for an id_token that only its encryption key opens.
func (c *Client) encrypted(s *profile.Step) error {
	return &ProtocolError{
		Profile: c.profile.Name, Step: s.Name, Claim: "format",
		Problem: lang.Text{EN: "the id_token is encrypted (JWE), so it cannot be verified", ZH: "id_token 已加密（JWE），无法验证"},
		Advice: lang.Text{
			EN: "Turn off the encryption of id_tokens for this client at the provider, or accept it unverified with --no-verify.",
			ZH: "请在提供方关闭此客户端的 id_token 加密；若接受不验证，请用 --no-verify。",
		},
	}
}

// verifier returns the verifier of the issuer's id_tokens.
func (c *Client) verifier(issuer string) (*oidc.Verifier, error) {
	v := c.provider
	if v.verifier != nil {
		return v.verifier, nil
	}
	client, err := v.input("client_id")
	if err != nil {
		return nil, err
	}
	algorithms, err := v.algorithms()
	if err != nil {
		return nil, err
	}
	ofUserInfo, err := v.input(oidc.UserInfoAlgorithmInput)
	if err != nil {
		return nil, err
	}
	verifier := oidc.NewVerifier(issuer, client, algorithms, v)
	if slices.ContainsFunc(append(slices.Clone(algorithms), ofUserInfo), func(a string) bool { return key.Algorithm(a).IsShared() }) {
		secret, err := v.input("client_secret")
		if err != nil {
			return nil, err
		}
		verifier.Secret = key.Shared(secret)
	}
	v.verifier = verifier
	return verifier, nil
}

// algorithms returns those that id_tokens may be signed with: the one that the profile says is
// registered for the client, otherwise those of the metadata. It returns none if nobody says.
func (v *provider) algorithms() ([]string, error) {
	registered, err := v.input(oidc.AlgorithmInput)
	if err != nil {
		return nil, err
	}
	if !key.Algorithm(registered).IsShared() {
		if _, err := v.keysAddress(); err != nil {
			return nil, err
		}
	}
	switch {
	case registered != "":
		return []string{registered}, nil
	case v.metadata == nil: // neither an endpoint nor the keys needed it
		return nil, nil
	}
	return v.metadata.Algorithms, nil
}

// TokenVerifier returns a verifier of any JWT of the profile's issuer. aud is compared only if
// the profile has a client_id, and iss only if it has an issuer. It asks for the issuer's
// metadata as the verification of an id_token does.
func (c *Client) TokenVerifier() (*oidc.Verifier, error) {
	issuer, err := c.provider.issuer()
	if err != nil {
		return nil, err
	}
	return c.verifier(issuer)
}

// IssuerAndClientID returns what the iss and the aud of a token have to be; "" for what the
// profile does not say.
func (c *Client) IssuerAndClientID() (issuer, clientID string, err error) {
	if issuer, err = c.provider.issuer(); err == nil {
		clientID, err = c.provider.input("client_id")
	}
	return issuer, clientID, err
}

// verifiesUserInfo reports whether a step is userinfo, and its signed responses are verified.
func (c *Client) verifiesUserInfo(s *profile.Step) bool {
	issuer, err := c.provider.issuer()
	return s.Name == profile.StepUserInfo && err == nil && issuer != "" && !c.deps.NoVerify
}

// verifyUserInfo verifies a userinfo response that is signed, or has to be (OpenID Connect Core
// 1.0 §5.3.2). Others are as genuine as their connection.
func (c *Client) verifyUserInfo(ctx context.Context, a *stepResult) error {
	if !c.verifiesUserInfo(a.step) {
		return nil
	}
	registered, err := c.provider.input(oidc.UserInfoAlgorithmInput)
	if err != nil {
		return err
	}
	if _, signed := body.Claims(a.raw); !signed {
		if registered == "" {
			return nil
		}
		return c.oidcError(a.step.Name, oidc.UnsignedUserInfo(registered), nil)
	}
	verifier, err := c.TokenVerifier()
	if err != nil {
		return err
	}
	return c.oidcError(a.step.Name, verifier.VerifyUserInfo(ctx, strings.TrimSpace(string(a.raw)), registered, a.at), nil)
}

// sameUser returns an error if userinfo and the verified id_token are about different users.
func (c *Client) sameUser(a *stepResult, got results) error {
	for _, earlier := range got {
		if !earlier.verified {
			continue
		}
		if err := oidc.SameSubject(earlier.claims, membersOf(a.raw)); err != nil {
			return c.oidcError(a.step.Name, err, nil)
		}
	}
	return nil
}

// membersOf returns the members of a response that [Response.bodyAlone] returned: those of a JSON
// object, or the claims of a signed JWT. It returns nil for any other response.
func membersOf(text []byte) map[string]any {
	if claims, signed := body.Claims(text); signed {
		text = claims
	}
	decoded, _ := new(profile.Step).Decode(0, nil, text)
	members, _ := decoded.Value.(map[string]any)
	return members
}

// IsForged reports whether an error says that a token is not genuine. The response that it came
// with must not be used again.
func IsForged(err error) bool {
	var e *ProtocolError
	return errors.As(err, &e) && e.Claim != ""
}
