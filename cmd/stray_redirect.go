package cmd

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// teller is a view of a login that can print a sentence while it waits.
type teller interface{ tell(lang.Text) }

// strays makes a view report requests that the listener does not accept, even with --quiet,
// because the user has to act.
func (r *root) strays(v teller) *loopback.Strays {
	return &loopback.Strays{Tell: func(s loopback.Stray) {
		still := lang.Text{EN: "Still waiting.", ZH: "仍在等待。"}
		switch {
		case s.Last():
			still = lang.Sprintf(lang.Text{
				EN: "%d such requests so far; more are counted, not shown. Still waiting.",
				ZH: "已收到 %d 个这样的请求，之后只计数，不再显示。仍在等待。",
			}, s.Times)
		case s.Times > 1:
			still = lang.Sprintf(lang.Text{
				EN: "%d such requests so far. Still waiting.",
				ZH: "已收到 %d 个这样的请求。仍在等待。",
			}, s.Times)
		}
		v.tell(r.notTaken(s.StrayError, still))
	}}
}

// notTaken says why a redirect was not accepted and what to do, followed by then.
func (r *root) notTaken(e *loopback.StrayError, then lang.Text) lang.Text {
	why := e.Text()
	return lang.Join(lang.Text{EN: "Ignored: " + why.EN + ".", ZH: "未采用：" + why.In(lang.ZH) + "。"}, r.strayHint(e), then)
}

// strayHint says what to do about a redirect that was not accepted.
func (r *root) strayHint(e *loopback.StrayError) lang.Text {
	if p := r.loaded; e.Reason == loopback.NoState && p != nil && p.Authorize != nil && p.Authorize.State == profile.StateOptional {
		return lang.Text{
			EN: "This vendor is known to leave state out; --no-state accepts that.",
			ZH: "该厂商确有这种情况，可用 --no-state 接受。",
		}
	}
	return e.Hint()
}
