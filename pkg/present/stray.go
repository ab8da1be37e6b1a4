package present

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
)

// stillWaiting says that a request has changed nothing, and how many such requests came.
func stillWaiting(s loopback.Stray) lang.Text {
	switch {
	case s.Last():
		return lang.Sprintf(lang.Text{
			EN: "%d such requests so far; more are counted, not shown. Still waiting.",
			ZH: "已收到 %d 个这样的请求，之后只计数，不再显示。仍在等待。",
		}, s.Times)
	case s.Times > 1:
		return lang.Sprintf(lang.Text{
			EN: "%d such requests so far. Still waiting.",
			ZH: "已收到 %d 个这样的请求。仍在等待。",
		}, s.Times)
	}
	return lang.Text{EN: "Still waiting.", ZH: "仍在等待。"}
}

// notTaken says why a redirect was not accepted and what to do, and ends with then.
func notTaken(e *loopback.StrayError, then lang.Text) lang.Text {
	why := e.Text()
	return lang.Join(lang.Text{EN: "Ignored: " + why.EN + ".", ZH: "未采用：" + why.In(lang.ZH) + "。"}, e.Hint(), then)
}
