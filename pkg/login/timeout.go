package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
)

// TimeoutError means that no login came back in time.
type TimeoutError struct {
	Profile string
	Wait    time.Duration
	// Strays is the number of ignored requests. Last is the last of them; nil if there
	// were none.
	Strays int
	Last   *loopback.StrayError
	Device bool // nobody confirmed a login on another device
	Logout bool // the wait was for the return from a logout
}

func (e *TimeoutError) Error() string { return e.Text().EN }

// Failure returns [failure.Timeout].
func (*TimeoutError) Failure() failure.Kind { return failure.Timeout }

// Details returns what the error says to scripts.
func (e *TimeoutError) Details() failure.Details {
	return failure.Details{Profile: e.Profile}
}

// Text returns the error in both languages.
func (e *TimeoutError) Text() lang.Text {
	wait := lang.Span(e.Wait)
	switch {
	case e.Device:
		return lang.Sprintf(lang.Text{EN: "%s: nobody confirmed the login within %s", ZH: "%s：%s内没有人确认登录"}, e.Profile, wait)
	case e.Logout && e.Last != nil:
		return lang.Sprintf(lang.Text{
			EN: "%s: the browser did not return from the logout within %s; %s ignored, the last one: %s",
			ZH: "%s：%s内浏览器没有从退出登录返回；收到 %s，未采用，最后一个：%s",
		}, e.Profile, wait, lang.Text{EN: lang.Count(e.Strays, "request"), ZH: fmt.Sprintf("%d 个请求", e.Strays)}, e.Last)
	case e.Logout:
		return lang.Sprintf(lang.Text{EN: "%s: the browser did not return from the logout within %s", ZH: "%s：%s内浏览器没有从退出登录返回"}, e.Profile, wait)
	case e.Last == nil:
		return lang.Sprintf(lang.Text{EN: "%s: no login came back within %s", ZH: "%s：%s内没有等到登录结果"}, e.Profile, wait)
	case e.Strays == 1:
		return lang.Sprintf(lang.Text{
			EN: "%s: no login came back within %s; 1 request was ignored: %s",
			ZH: "%s：%s内没有等到登录结果；收到 1 个请求，未采用：%s",
		}, e.Profile, wait, e.Last)
	}
	return lang.Sprintf(lang.Text{
		EN: "%s: no login came back within %s; %d requests were ignored, the last one: %s",
		ZH: "%s：%s内没有等到登录结果；收到 %d 个请求，均未采用，最后一个：%s",
	}, e.Profile, wait, e.Strays, e.Last)
}

// Hint says what to do about the error.
func (e *TimeoutError) Hint() lang.Text {
	if e.Last != nil {
		return lang.Join(e.Last.Hint(), lang.Text{EN: "Start again; --wait 10m waits longer.", ZH: "请重新发起，可用 --wait 10m 延长等待时间。"})
	}
	if e.Device {
		return lang.Text{EN: "Start again; --wait 10m waits longer.", ZH: "请重新发起，可用 --wait 10m 延长等待时间。"}
	}
	if e.Logout {
		return lang.Text{
			EN: "Start again; --wait 10m waits longer. If the provider shows an error or its own page instead, post_logout_redirect_uri is often not registered there, or the provider needs --id-token.",
			ZH: "请重新发起，可用 --wait 10m 延长等待时间。若提供方显示报错或自己的页面，多半是 post_logout_redirect_uri 没有登记，或者需要 --id-token。",
		}
	}
	return lang.Text{
		EN: "Start again; --wait 10m waits longer. If the browser shows a vendor's error page instead, the redirect address is often not registered there: compare the redirect_uri in the address above with the vendor's console.",
		ZH: "请重新发起，可用 --wait 10m 延长等待时间。若浏览器里显示的是厂商的报错，多半是回调地址没有登记：请把上面地址中的 redirect_uri 与厂商后台核对。",
	}
}

// errWaited is the cause of a context that ended after [Flow].Wait.
var errWaited = errors.New("the wait is over")

// overdue returns the error for a context that passed its deadline: a [*TimeoutError] if it was the
// flow's deadline, otherwise the cause of the caller's.
func (f Flow) overdue(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, errWaited) {
		return err
	}
	e := &TimeoutError{Profile: f.Client.Profile().Name, Wait: f.Wait}
	if f.Strays != nil {
		e.Strays, e.Last = f.Strays.Counted()
	}
	return e
}
