package hint

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// refusal says what a refusal means and what to do. It adds other possible causes: a
// code that was sent before, this machine's clock, the encoding of HTTP Basic.
func (a Adviser) refusal(e *client.Refusal, sent lang.Text) lang.Text {
	again := sent
	if again.IsZero() {
		again = a.verifier(e)
	}
	var kept lang.Text
	if e.TokenCached {
		kept = lang.Text{EN: "The application's token came from the cache and has been dropped: the next run fetches a new one.", ZH: "应用令牌取自缓存，现已清除，下次运行会重新获取。"}
	}
	var via lang.Text
	if e.Code == "" && e.Status != http.StatusProxyAuthRequired { // perhaps the proxy refuses it
		via = a.via(e.Scheme, e.Host)
	}
	return profile.WithGuess(lang.Join(a.meaning(e), client.WaitHint(e.RetryAfter), a.basic(e), a.method(e), kept, again, clock(e.Skew), support(e), via), e.Guess)
}

// verifier is about a code that was sent without the PKCE verifier of its login.
func (a Adviser) verifier(e *client.Refusal) lang.Text {
	switch {
	case !a.NoVerifier:
		return lang.Text{}
	case e.Kind == profile.KindInvalidCode, e.Kind == profile.KindExpiredCode, e.Kind == profile.KindBadRequest:
	case e.Kind == profile.KindServerError && e.Code != "": // some servers say server_error
	default:
		return lang.Text{}
	}
	return lang.Text{
		EN: "If authorize-url began the login, it used PKCE and this request lacks the verifier: use ssoctl exchange with the whole redirected address (--callback), or with --state.",
		ZH: "如果登录是用 authorize-url 发起的，它带有 PKCE，而这次没有 code_verifier：请用 ssoctl exchange，以 --callback 给出完整的回调地址，或加 --state。",
	}
}

// support gives the request's id if only the vendor's support can help.
func support(e *client.Refusal) lang.Text {
	id := cmp.Or(e.TraceID, e.RequestID)
	if id == "" || e.Kind != profile.KindServerError && !e.Meaning.IsZero() {
		return lang.Text{}
	}
	return lang.Text{
		EN: "If you ask the vendor's support, quote " + id + ": it identifies this request.",
		ZH: "联系厂商技术支持时请提供 " + id + "，可凭它查到这次请求。",
	}
}

func (a Adviser) meaning(e *client.Refusal) lang.Text {
	switch {
	case !e.Meaning.IsZero():
		return e.Meaning
	case !e.Advice.IsZero():
		return e.Advice
	case e.Status == http.StatusBadRequest && (strings.Contains(e.Excerpt.Text, "HTTPS server") || strings.Contains(e.Excerpt.Text, "HTTPS port")):
		return lang.Join(wantsTLS(), a.address(e.Step))
	case e.Status == http.StatusBadRequest && strings.Contains(e.Excerpt.Text, "SSL certificate"): // nginx says so
		return a.clientCertificate()
	case e.Status == http.StatusProxyAuthRequired:
		proxy, by := a.Machine.Proxy(e.Scheme, e.Host)
		return proxyPassword(proxy, by, e.Scheme)
	case e.Status == http.StatusNetworkAuthenticationRequired:
		return lang.Text{EN: "The network requires a sign-in first, as a hotel's Wi-Fi does. Open any page in a browser.", ZH: "网络要求先登录认证（例如公共 Wi-Fi）。请用浏览器打开任意网页完成认证。"}
	case e.Status == http.StatusNotFound:
		return lang.Join(lang.Text{EN: "There is nothing at this address.", ZH: "该地址不存在。"}, a.address(e.Step))
	case e.Code == "" && (e.Excerpt.Page || e.Status == http.StatusMethodNotAllowed):
		return lang.Join(e.Hint(), a.address(e.Step))
	}
	return e.Hint()
}

// basic is about a client_id or secret that HTTP Basic has to encode: some servers do
// not decode it.
func (a Adviser) basic(e *client.Refusal) lang.Text {
	if !e.BasicEncoded || e.Kind != profile.KindInvalidClient && e.Status != http.StatusUnauthorized {
		return lang.Text{}
	}
	try := lang.Text{EN: "Try sending them in the body instead.", ZH: "可以试试改在请求体里发送。"}
	if p := a.Profile; p != nil && slices.Contains(p.InputNames(), recipe.AuthMethod) {
		set := "--set " + recipe.AuthMethod + "=" + recipe.AuthMethodPost
		try = lang.Text{EN: "If the secret is right, try " + set + ".", ZH: "若密钥无误，请试试 " + set + "。"}
	}
	return lang.Join(lang.Text{
		EN: "client_id or client_secret has characters such as + @ / that RFC 6749 form-encodes for HTTP Basic; some servers expect them as they are.",
		ZH: "client_id 或 client_secret 含有 + @ / 一类字符，按 RFC 6749 放进 HTTP Basic 前要做表单编码，但有些服务器不解码。",
	}, try)
}

// method is about a client that authenticates in a way other than the issuer's metadata
// says, or by a JWT whose audience may not be the one that the server expects.
func (a Adviser) method(e *client.Refusal) lang.Text {
	auth := e.Auth
	if e.Kind != profile.KindInvalidClient || auth.Method == "" {
		return lang.Text{}
	}
	if len(auth.Offered) > 0 && auth.Method == recipe.AuthMethodNone {
		return lang.Sprintf(lang.Text{
			EN: "No client_secret is set, and the provider's metadata names no public clients, only %s: give the secret, for example as SSOCTL_CLIENT_SECRET.",
			ZH: "没有设置 client_secret，而提供方的元数据没有列出公开客户端（none），只有 %s：请给出密钥，例如用环境变量 SSOCTL_CLIENT_SECRET。",
		}, lang.List(auth.Offered))
	}
	if len(auth.Offered) > 0 {
		return lang.Sprintf(lang.Text{
			EN: "This client authenticates by %s, but the provider's metadata names only %s: choose with --set " + recipe.AuthMethod + "=…",
			ZH: "此客户端的认证方式是 %s，而提供方的元数据只列出了 %s：可用 --set " + recipe.AuthMethod + "=… 选择。",
		}, auth.Method, lang.List(auth.Offered))
	}
	if auth.Audience == "" {
		return lang.Text{}
	}
	usual := lang.Text{EN: "the address of their token endpoint or their issuer", ZH: "令牌端点地址或 issuer"}
	switch auth.Aimed {
	case client.AudienceIssuer:
		usual = lang.Text{EN: "the address of their token endpoint", ZH: "令牌端点地址"}
	case client.AudienceEndpoint:
		usual = lang.Text{EN: "their issuer", ZH: "它们自己的 issuer"}
	}
	said := lang.Sprintf(lang.Text{
		EN: "The client signed a JWT for %s: some servers expect %s instead (--set " + recipe.AssertionAudience + "=…).",
		ZH: "客户端签名的 JWT 以 %s 为 aud：有些服务器要求%s（--set " + recipe.AssertionAudience + "=…）。",
	}, auth.Audience, usual)
	if auth.Method == recipe.AuthMethodKeyJWT {
		said = lang.Join(lang.Text{
			EN: "Check that the public half of client_key is registered for this client.",
			ZH: "请确认 client_key 对应的公钥已登记在该客户端名下。",
		}, said)
	}
	return said
}

// clock is about a clock that is off by more than [client.MaxSkew].
func clock(skew time.Duration) lang.Text {
	off := lang.Span(skew.Abs().Round(time.Second))
	if skew.Abs().Round(time.Second) <= client.MaxSkew {
		return lang.Text{}
	}
	if skew > 0 {
		return lang.Sprintf(lang.Text{
			EN: "This machine's clock is %s ahead of the server's; signatures, codes and tokens depend on it. Set the clock.",
			ZH: "本机时钟比服务器快 %s，签名、授权码和令牌都会受影响。请校准时钟。",
		}, off)
	}
	return lang.Sprintf(lang.Text{
		EN: "This machine's clock is %s behind the server's; signatures, codes and tokens depend on it. Set the clock.",
		ZH: "本机时钟比服务器慢 %s，签名、授权码和令牌都会受影响。请校准时钟。",
	}, off)
}
