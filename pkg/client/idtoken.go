package client

import (
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// readIDToken reads the claims of an id_token. It does not check the signature, because the
// token came directly from the token endpoint (OpenID Connect Core §3.1.3.7, item 6).
// problem says why the claims cannot be read: the token is not a JWT, or is encrypted.
func readIDToken(idToken string) (claims map[string]any, isJWT bool, problem lang.Text) {
	if body.IsJWE([]byte(idToken)) {
		return nil, true, lang.Text{EN: "is encrypted (JWE)", ZH: "已加密（JWE）"}
	}
	text, _ := body.Claims([]byte(idToken))
	decoded, _ := exactjson.Decode(text)
	if claims, isJWT = decoded.(map[string]any); isJWT {
		return claims, true, lang.Text{}
	}
	return nil, false, lang.Text{EN: "is not a JWT", ZH: "不是 JWT"}
}

// lacksOpenID adds to an error about a missing id_token or sub that the scope lacks openid, if it
// does: without openid, a provider sends neither (OpenID Connect Core 1.0 §3.1.2.1).
func (c *Client) lacksOpenID(e *ProtocolError) *ProtocolError {
	issuer, err := c.provider.issuer()
	if err != nil || issuer == "" {
		return e
	}
	scope, err := c.provider.input("scope")
	if _, declared := c.profile.Inputs["scope"]; err != nil || !declared || slices.Contains(strings.Fields(scope), "openid") {
		return e
	}
	e.Advice = lang.Text{
		EN: "The scope lacks openid, so this is OAuth 2.0 without OpenID Connect. Log in again with --set scope='openid …'.",
		ZH: "scope 里没有 openid，所以这只是 OAuth 2.0，不是 OpenID Connect。请用 --set scope='openid …' 重新登录。",
	}
	return e
}

// askedOpenID adds to an error about a missing id_token that the login may have lacked the scope
// openid: another command began it, perhaps with another scope.
func (c *Client) askedOpenID(e *ProtocolError) *ProtocolError {
	if issuer, err := c.provider.issuer(); err != nil || issuer == "" || !e.Advice.IsZero() {
		return e
	}
	e.Advice = lang.Text{
		EN: "Did authorize-url ask for the scope openid (--set scope=…)? If it did, allow openid for this client at the provider.",
		ZH: "authorize-url 申请了 openid 吗（--set scope=…）？如果申请了，请在提供方允许此客户端使用 openid。",
	}
	return e
}

// warnUnverified warns about a response that is a signed JWT, because users may expect that
// its signature is checked. This is not an error: over TLS, the response is as trustworthy
// as one in JSON.
func (c *Client) warnUnverified(s *profile.Step, r Response) {
	if r.Form() == body.JWT && c.deps.Warn != nil && !c.verifiesUserInfo(s) {
		c.deps.Warn(who(c.profile.Name, s.Name, lang.Text{
			EN: "the response is a signed JWT; its signature was not verified",
			ZH: "响应是签名的 JWT，未验证其签名",
		}))
	}
}

// warnIDToken warns about an id_token that is not a JWT. This is not an error, because the
// access token is valid.
func (c *Client) warnIDToken(a *stepResult) {
	text := profile.Text(a.read["id_token"])
	if text == "" || c.deps.Warn == nil {
		return
	}
	if _, isJWT, problem := readIDToken(text); !isJWT {
		c.deps.Warn(who(c.profile.Name, a.step.Name, lang.Text{
			EN: "the id_token " + problem.EN + ", so it does not prove who the user is",
			ZH: "id_token " + problem.ZH + "，不能用来证明用户身份",
		}))
	}
}
