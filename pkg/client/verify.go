package client

import (
	"context"
	"errors"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// verify verifies the id_token of a response, and that userinfo is about the same user as
// the id_token in the earlier responses, got. It does nothing if the issuer is unknown. The
// error is that of the step.
func (c *Client) verify(ctx context.Context, a *stepResult, values recipe.Values, got results) error {
	if a.step.Name == profile.StepUserInfo {
		return c.sameUser(a, got)
	}
	text := profile.Text(a.read["id_token"])
	issuer, err := c.provider.issuer()
	if text == "" || issuer == "" || err != nil || a.cached {
		return err
	}
	if c.deps.NoVerify {
		a.claims, _, _ = readIDToken(text)
		if c.deps.Warn != nil {
			c.deps.Warn(who(c.profile.Name, a.step.Name, lang.Text{
				EN: "the id_token is not verified (--no-verify): neither its signature nor its issuer, audience and expiry; anyone could have made it",
				ZH: "未验证 id_token（--no-verify）：签名、签发者、受众和有效期都没有核对，可能是任何人伪造的",
			}))
		}
		return nil
	}
	if _, isJWT, problem := readIDToken(text); isJWT && !problem.IsZero() {
		return c.encrypted(a.step)
	}
	verifier, err := c.verifier(issuer)
	if err != nil {
		return err
	}
	expect := oidc.Expect{AccessToken: profile.Text(a.read["access_token"]), Nonce: c.tokenCheck(a.step, values).nonce, Now: a.at}
	if a.step.Uses("code") {
		expect.Code, _ = values.Text("code")
	}
	if a.claims, err = verifier.Verify(ctx, text, expect); err != nil {
		return c.oidcError(a.step.Name, err, nil)
	}
	a.verified = true
	return nil
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
	if err == nil {
		_, err = v.keysAddress()
	}
	if err != nil {
		return nil, err
	}
	var algorithms []string
	if v.metadata != nil { // it was needed for an endpoint or for the keys
		algorithms = v.metadata.Algorithms
	}
	v.verifier = oidc.NewVerifier(issuer, client, algorithms, v)
	return v.verifier, nil
}

// sameUser returns an error if userinfo is about another user than the verified id_token.
func (c *Client) sameUser(a *stepResult, got results) error {
	for _, earlier := range got {
		if !earlier.verified {
			continue
		}
		user := a.raw
		if claims, signed := body.Claims(user); signed {
			user = claims
		}
		if err := oidc.SameSubject(earlier.claims, user); err != nil {
			return c.oidcError(a.step.Name, err, nil)
		}
	}
	return nil
}

// IsForged reports whether an error says that a token is not genuine. The response that it came
// with must not be used again.
func IsForged(err error) bool {
	var e *ProtocolError
	return errors.As(err, &e) && e.Claim != ""
}
