package client

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// bearerToken returns the placeholder of the token that an Authorization field sends as in
// RFC 6750 §2.1; "" if it sends none.
func bearerToken(t recipe.Template) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(string(t)), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, "{") {
		return ""
	}
	all := recipe.Template(token).Placeholders()
	if len(all) == 0 || all[0].Name != "access_token" && all[0].Name != profile.AppToken {
		return ""
	}
	return all[0].Name
}

// typeKey returns the name under which values hold the token_type of a token. The name is
// not a valid placeholder, so no profile can use it.
func typeKey(token string) string { return token + " token_type" }

// checkBearer returns a [*ProtocolError] if the step would send a token as Bearer, but the
// vendor said that it has another type. A client must not use a token whose type it does
// not understand (RFC 6749 §7.1).
func (c *Client) checkBearer(s *profile.Step, values recipe.Values) error {
	for name, t := range s.Headers {
		if !strings.EqualFold(name, "Authorization") {
			continue
		}
		token := bearerToken(t)
		if token == "" {
			continue
		}
		kind, _ := values.Text(typeKey(token))
		if kind = strings.TrimSpace(kind); kind == "" || strings.EqualFold(kind, "Bearer") {
			continue
		}
		kind = c.name(kind)
		from := profile.StepExchange
		if token == profile.AppToken {
			from = profile.StepToken
		}
		return &ProtocolError{
			Profile: c.profile.Name, Step: s.Name,
			Problem: lang.Sprintf(lang.Text{
				EN: "the token's token_type is %q, and [%s] would send it as Bearer: nothing was sent",
				ZH: "令牌的 token_type 是 %q，而 [%s] 会按 Bearer 发送，因此没有发出请求",
			}, kind, s.Name.Table()),
			Advice: lang.Sprintf(lang.Text{
				EN: "Configure the server to issue Bearer tokens to this client, or describe in [%s].headers how to send this type. If the server accepts it as Bearer, set this in the read of [%s]: token_type = '\"Bearer\"'",
				ZH: "请让服务器为该客户端签发 Bearer 令牌，或在 [%s].headers 中写明这种令牌的发送方式。若服务器仍按 Bearer 接受，请在 [%s] 的 read 中写 token_type = '\"Bearer\"'",
			}, s.Name.Table(), from),
		}
	}
	return nil
}
