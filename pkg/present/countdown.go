package present

import (
	"fmt"
	"time"

	"ssoctl/pkg/lang"
)

// left returns the time left of the code and of the wait. code is "" if it has no lifetime
// or cannot be used any more.
func (v *scanView) left() (code, wait string) {
	now := v.Now()
	if !v.expires.IsZero() && !v.state.over {
		code = clock(v.expires.Sub(now))
	}
	return code, clock(v.deadline.Sub(now))
}

// timing returns a line with the time left, the help for keys, and how to stop.
func (v *scanView) timing(keys string) string {
	code, wait := v.left()
	if code == "" {
		return v.Console.In(lang.Sprintf(lang.Text{EN: "%s left, %sCtrl-C stops", ZH: "剩余 %s，%s按 Ctrl-C 停止"}, wait, keys))
	}
	return v.Console.In(lang.Sprintf(lang.Text{
		EN: "QR code %s, wait %s left, %sCtrl-C stops", ZH: "二维码剩余 %s，等待剩余 %s，%s按 Ctrl-C 停止",
	}, code, wait, keys))
}

// clock writes a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := max(0, int(d.Round(time.Second)/time.Second))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
