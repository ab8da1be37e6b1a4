package client

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// tokenCheck checks that the tokens in a response belong to the login. It runs after
// [Judge] has found that the response is a success. The state is checked earlier, when the
// redirect arrives.
type tokenCheck struct {
	nonce string // that the id_token has to contain; "" if the login has none
	later bool   // [Client.verify] compares it, with the rest of the id_token
}

// tokenCheck returns the check of a step's response. The login's id_token is in the response of
// the step that sends the code, or of the exchange if that step does not read it.
func (c *Client) tokenCheck(s *profile.Step, values recipe.Values) (check tokenCheck) {
	exchange := c.profile.Exchange
	later := exchange != nil && s != exchange && readsIDToken(exchange) && !exchange.Uses("code")
	if s.Uses("code") && !later || s == exchange && readsIDToken(s) {
		check.nonce, _ = values.Text("nonce")
		issuer, err := c.provider.issuer()
		check.later = issuer != "" && err == nil && !c.deps.NoVerify
	}
	return check
}

func readsIDToken(s *profile.Step) bool {
	_, reads := s.Read["id_token"]
	return reads
}

// problem says why the tokens do not belong to the login; zero if they do.
func (t tokenCheck) problem(a *stepResult) lang.Text {
	if t.nonce == "" {
		return lang.Text{}
	}
	text := profile.Text(a.read["id_token"])
	if text == "" {
		return lang.Text{
			EN: "there is no id_token, so the nonce of this login cannot be checked",
			ZH: "响应里没有 id_token，无法核对这次登录的 nonce",
		}
	}
	if t.later {
		return lang.Text{}
	}
	claims, _, problem := readIDToken(text)
	switch {
	case !problem.IsZero():
		return lang.Sprintf(lang.Text{
			EN: "the id_token %s, so its nonce cannot be checked", ZH: "id_token %s，无法核对其中的 nonce",
		}, problem)
	case !sameNonce(profile.Text(claims["nonce"]), t.nonce):
		return lang.Text{
			EN: "the nonce in the id_token is not that of this login: the token may be for another login",
			ZH: "id_token 的 nonce 与这次登录不符，该令牌可能属于另一次登录",
		}
	}
	return lang.Text{}
}
