package lang

import "time"

// units are the units of About, largest first.
var units = []struct {
	of time.Duration
	en string
	zh string
}{
	{365 * 24 * time.Hour, "year", "年"},
	{24 * time.Hour, "day", "天"},
	{time.Hour, "hour", "小时"},
	{time.Minute, "minute", "分钟"},
	{time.Second, "second", "秒"},
}

// About returns a duration in words, in its two largest units: 3 minutes, 1 day 4 hours.
func About(d time.Duration) Text {
	for i, u := range units {
		n := d / u.of
		if n == 0 && u.of > time.Second {
			continue
		}
		out := Amount(int(n), u.en, u.zh)
		if i+1 < len(units) {
			if rest := d % u.of / units[i+1].of; rest > 0 {
				next := Amount(int(rest), units[i+1].en, units[i+1].zh)
				out = Text{EN: out.EN + " " + next.EN, ZH: out.ZH + " " + next.ZH}
			}
		}
		return out
	}
	return Text{}
}

// When says in words how long before or after now a time is: in 2 hours, 3 minutes ago.
func When(at, now time.Time) Text {
	switch d := at.Sub(now); {
	case d >= time.Second:
		return Sprintf(Text{EN: "in %s", ZH: "%s后"}, About(d))
	case d <= -time.Second:
		return Sprintf(Text{EN: "%s ago", ZH: "%s前"}, About(-d))
	}
	return Text{EN: "now", ZH: "现在"}
}
