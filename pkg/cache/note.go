package cache

import (
	"errors"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Note says that the response is from the cache, and how to request it again.
func (e Entry) Note(now time.Time) lang.Text {
	format := lang.Text{
		EN: "The application's token is from the cache: obtained at %s, valid for %s. To fetch a new one: ssoctl token --no-cache",
		ZH: "应用令牌取自缓存：%s 获得，还可用 %s。要取新令牌：ssoctl token --no-cache",
	}
	if e.Step != "" {
		format = lang.Text{
			EN: "The response of " + e.Step + " is from the cache: obtained at %s, valid for %s. To send the request again: ssoctl step " + e.Step + " --no-cache",
			ZH: e.Step + " 的响应取自缓存：%s 获得，还可用 %s。要重新请求：ssoctl step " + e.Step + " --no-cache",
		}
	}
	return lang.Sprintf(format, e.At.UTC().Format(time.RFC3339), lang.Span(e.ExpiresAt.Sub(now).Round(time.Second)))
}

// NotSaved says that an application's token was not cached, and why.
func NotSaved(err error) lang.Text {
	why := lang.Of(failure.WithoutPath(err))
	more := lang.Text{EN: "; ssoctl doctor says more", ZH: "；可执行 ssoctl doctor 排查"}
	if errors.Is(err, ErrLost) {
		more = lang.Text{}
	}
	return lang.Text{
		EN: "the application's token was not cached: " + why.EN + more.EN,
		ZH: "应用令牌没有写入缓存：" + why.In(lang.ZH) + more.ZH,
	}
}
