package client

import (
	"net/http"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// NoAPI explains a page or a redirect where JSON was expected.
func NoAPI() lang.Text {
	return lang.Text{
		EN: "The server sent a page or a redirect instead of JSON: either this is not the host of the API, or a proxy, a login page or a Wi-Fi sign-in is in between. Open the address in a browser to see which.",
		ZH: "服务器返回的不是 JSON，而是网页或跳转：域名不是接口所在的主机，或中间有代理、登录页、Wi-Fi 认证。可用浏览器打开该地址查看。",
	}
}

// pageHint is about a refusal that is a page, so it does not come from the vendor's API.
func pageHint(status int) lang.Text {
	if status < http.StatusInternalServerError {
		return NoAPI()
	}
	return lang.Sprintf(lang.Text{
		EN: "The server sent a page instead of JSON (HTTP %d): a gateway in front of the API, or a proxy, has failed. Try again later.",
		ZH: "服务器返回的不是 JSON，而是网页（HTTP %d）：出错的是接口前面的网关，或中间的代理。请稍后再试。",
	}, status)
}

// Hint says what to do about a refusal that the profile does not explain: it has no Meaning.
// [WaitHint] is not part of it.
func (e *Refusal) Hint() lang.Text {
	if e.Code == "" && e.Kind != profile.KindNotFound {
		if t := e.statusHint(); !t.IsZero() {
			return t
		}
	}
	return e.kindHint()
}

// show is the command that shows the profile.
func (e *Refusal) show() string { return "ssoctl profile show " + e.Profile }

// statusHint is about a response without a code that the profile reads; zero if its kind
// says more.
func (e *Refusal) statusHint() lang.Text {
	switch {
	case e.Status == http.StatusMethodNotAllowed:
		return lang.Text{
			EN: "This address does not accept this method: it belongs to another call, or the profile has the wrong method. See both: " + e.show() + ".",
			ZH: "该地址不接受这种请求方法：地址属于别的接口，或接入配置里的方法不对。查看两者：" + e.show() + "。",
		}
	case e.Excerpt.Page:
		return pageHint(e.Status)
	case e.Kind == profile.KindBadRequest:
		return lang.Sprintf(lang.Text{
			EN: "The server rejected this request (HTTP %d), and its response has no error code that the profile reads. See the request and the response with --trace, and compare them with the vendor's documentation.",
			ZH: "服务器拒绝了这个请求（HTTP %d），响应里没有接入配置能读取的错误码。请用 --trace 查看请求和响应，与厂商文档核对。",
		}, e.Status)
	}
	return lang.Text{}
}

func (e *Refusal) kindHint() lang.Text {
	switch e.Kind {
	case profile.KindNotFound:
		return lang.Text{EN: "There is nothing at this address. See which inputs it is made of: " + e.show() + ".", ZH: "该地址不存在。查看它由哪些输入项组成：" + e.show() + "。"}
	case profile.KindInvalidToken:
		return lang.Text{EN: "The token or the client's credentials are not accepted. Get a new token, or check client_id and client_secret.", ZH: "令牌或客户端凭据不被接受。请重新获取令牌，或核对 client_id 和 client_secret。"}
	case profile.KindNoPermission:
		return lang.Text{EN: "The application is not allowed to do this. Grant it the permission in the vendor's console.", ZH: "应用没有权限。请在厂商后台开通。"}
	case profile.KindRateLimited:
		if e.RetryAfter > 0 {
			return lang.Text{EN: "Too many calls.", ZH: "调用过于频繁。"} // WaitHint says how long to wait
		}
		return lang.Text{EN: "Too many calls. Wait a minute and try again.", ZH: "调用过于频繁。请稍等一分钟再试。"}
	case profile.KindServerError:
		return lang.Text{EN: "The vendor's server failed. Try again later.", ZH: "厂商服务器出错。请稍后再试。"}
	}
	return lang.Text{
		EN: "The profile does not list this code. Look it up in the vendor's documentation, and check the inputs: " + e.show() + ".",
		ZH: "该接入配置里没有这个错误码。请查阅厂商文档，并核对输入项：" + e.show() + "。",
	}
}

// WaitHint says how long the server asks the client to wait, the RetryAfter of a [Refusal];
// zero if it does not ask.
func WaitHint(d time.Duration) lang.Text {
	if d <= 0 {
		return lang.Text{}
	}
	seconds := int(d.Seconds())
	wait := lang.Amount(seconds, "second", "秒")
	if d >= 10*time.Minute {
		wait = lang.Sprintf(lang.Text{EN: "%s (%s)", ZH: "%s（%s）"}, wait, lang.Span(d))
	}
	return lang.Sprintf(lang.Text{
		EN: "The server asks you to wait %s before the next request.",
		ZH: "服务器要求等待 %s，请届时再试。",
	}, wait)
}
