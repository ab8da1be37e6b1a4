package client

import (
	"fmt"
	"regexp"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// bearer is an Authorization field that presents a token as RFC 6750 §2.1 does.
var bearer = regexp.MustCompile(`(?i)^\s*bearer\s+\{(access_token|` + profile.AppToken + `)\??\}`)

// typeKey is where values hold the token_type of a token. No profile has a placeholder
// of that name.
func typeKey(token string) string { return token + " token_type" }

// isToken reports whether a value of the answer is the token that token_type is about.
func (a *answer) isToken(name string) bool {
	if a.step.Name == "token" {
		return name == profile.AppToken
	}
	return name == "access_token"
}

// checkBearer returns a *ProtocolError where the step would present a token as Bearer
// and the vendor said that it is of another type: a client must not use a token whose
// type it does not understand (RFC 6749 §7.1).
func (c *Client) checkBearer(s *profile.Step, values recipe.Values) error {
	for name, t := range s.Headers {
		m := bearer.FindStringSubmatch(string(t))
		if m == nil || !strings.EqualFold(name, "Authorization") {
			continue
		}
		kind, _ := values.Text(typeKey(m[1]))
		if kind = strings.TrimSpace(kind); kind == "" || strings.EqualFold(kind, "Bearer") {
			continue
		}
		kind = c.name(kind)
		from := "exchange"
		if m[1] == profile.AppToken {
			from = "token"
		}
		return &ProtocolError{
			Profile: c.profile.Name, Step: s.Name,
			Problem: lang.Text{
				EN: fmt.Sprintf("the token's token_type is %q, and [%s] would send it as Bearer: nothing was sent", kind, s.Name),
				ZH: fmt.Sprintf("令牌的 token_type 是 %q，而 [%s] 会按 Bearer 发送，因此没有发出请求", kind, s.Name),
			},
			Advice: lang.Text{
				EN: fmt.Sprintf("Have the server issue Bearer tokens to this client, or write its way to send such a token into [%s].headers. If it takes this one as Bearer after all, say so in the read of [%s]: token_type = '\"Bearer\"'", s.Name, from),
				ZH: fmt.Sprintf("请让服务器为该客户端签发 Bearer 令牌，或在 [%s].headers 中写明这种令牌的发送方式。若服务器仍按 Bearer 接受，请在 [%s] 的 read 中写 token_type = '\"Bearer\"'", s.Name, from),
			},
		}
	}
	return nil
}
