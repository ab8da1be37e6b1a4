package client

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// readIDToken reads the claims of an id_token without checking its signature: it came
// from the token endpoint itself (OpenID Connect Core §3.1.3.7, 6). problem says why it
// cannot be read: it is not a JWT, or it is one that is encrypted.
func readIDToken(idToken string) (claims map[string]any, isJWT bool, problem lang.Text) {
	parts := strings.Split(idToken, ".")
	const signed, encrypted = 3, 5 // parts of a JWS and a JWE
	switch header := objectOf(parts[0]); {
	case header != nil && len(parts) == encrypted:
		return nil, true, lang.Text{EN: "is encrypted (JWE)", ZH: "已加密（JWE）"}
	case header != nil && len(parts) == signed:
		_, err := base64URL(parts[2])
		if claims = objectOf(parts[1]); claims != nil && err == nil {
			return claims, true, lang.Text{}
		}
	}
	return nil, false, lang.Text{EN: "is not a JWT", ZH: "不是 JWT"}
}

// objectOf decodes a part of a JWT, nil when that is not a JSON object.
func objectOf(part string) (object map[string]any) {
	text, err := base64URL(part)
	if err != nil || json.Unmarshal(text, &object) != nil {
		return nil
	}
	return object
}

// base64URL decodes also what some servers pad, against RFC 7515.
func base64URL(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// nonceProblem says why an id_token does not belong to the login with that nonce; empty
// when it does.
func nonceProblem(idToken any, nonce string) lang.Text {
	text := profile.Text(idToken)
	if text == "" {
		return lang.Text{
			EN: "there is no id_token, so the nonce of this login cannot be checked",
			ZH: "响应里没有 id_token，无法核对这次登录的 nonce",
		}
	}
	claims, _, problem := readIDToken(text)
	switch {
	case !problem.IsZero():
		return lang.Text{
			EN: "the id_token " + problem.EN + ", so its nonce cannot be checked",
			ZH: "id_token " + problem.ZH + "，无法核对其中的 nonce",
		}
	case !sameNonce(profile.Text(claims["nonce"]), nonce):
		return lang.Text{
			EN: "the id_token's nonce is not this login's: it may have been meant for another",
			ZH: "id_token 的 nonce 不属于这次登录，可能是发给别的登录的",
		}
	}
	return lang.Text{}
}

// warnIDToken tells of an id_token that no one can read. The access token beside it is
// good, so it is no error.
func (c *Client) warnIDToken(a *answer) {
	text := profile.Text(a.read["id_token"])
	if text == "" || c.deps.Warn == nil {
		return
	}
	if _, isJWT, problem := readIDToken(text); !isJWT {
		c.deps.Warn(who(c.profile.Name, a.step.Name, lang.Text{
			EN: "the id_token " + problem.EN + ": it proves nothing about the user",
			ZH: "id_token " + problem.ZH + "，不能用来证明用户身份",
		}))
	}
}
