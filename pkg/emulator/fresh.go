package emulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// maxSkew is how far a time in a request may be from the emulator's clock.
const maxSkew = 5 * time.Minute

// checkFresh checks the values that a client makes for each request: a {uuid} and a random
// value must be new, and a time within maxSkew of the emulator's clock.
func (e *Emulator) checkFresh(c *call) {
	for _, name := range []string{"timestamp", "timestamp_ms"} {
		n, err := strconv.ParseInt(c.seen.Open[name], 10, 64)
		if err != nil || c.isMalformed(name) {
			continue // not sent, or reported by the recipe
		}
		at := time.Unix(n, 0)
		if name == "timestamp_ms" {
			at = time.UnixMilli(n)
		}
		c.checkTime(name, at, at, "")
	}
	for _, name := range slices.Sorted(maps.Keys(c.s.fresh)) {
		m := c.s.fresh[name]
		text, sent := c.seen.Open[name]
		switch earliest, latest, isTime := m.ParseTime(text); {
		case !sent || c.isMalformed(name):
		case m.Time != "" && isTime:
			c.checkTime(name, earliest, latest, m.Zone)
		case m.Random > 0 && c.s.Name != profile.StepAuthorize && e.sentBefore(c, name, text): // a browser may reload an address
			kind := profile.Kind("") // reported, but not refused
			if e.opts.Strict {
				kind = profile.KindBadRequest
			}
			c.found(kind, name, sentTwice)
		}
	}
	id := strings.ToLower(c.seen.Open["uuid"])
	if id != "" && e.sentBefore(c, "uuid", id) {
		c.found(profile.KindBadRequest, "uuid", sentTwice)
	}
}

var sentTwice = lang.Text{EN: "was sent before; every request needs a new one", ZH: "以前发送过；每个请求都要用新值"}

// sentBefore reports whether an earlier request had the same value, and remembers it.
func (e *Emulator) sentBefore(c *call, placeholder, text string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.unique.put(key{c.v.p.Name, placeholder, text}, struct{}{}, c.now, c.now.Add(memory))
}

// checkTime refuses a time that is too far from the emulator's clock. Since a format may
// leave out the smaller units, all that is known is that the time is not before earliest
// and not after latest.
func (c *call) checkTime(name string, earliest, latest time.Time, zone string) {
	switch ahead, behind := earliest.Sub(c.now), c.now.Sub(latest); {
	case ahead > maxSkew:
		c.found(profile.KindInvalidClient, name, c.skewed(ahead, lang.Text{EN: "ahead of", ZH: "快"}, zone))
	case behind > maxSkew:
		c.found(profile.KindInvalidClient, name, c.skewed(behind, lang.Text{EN: "behind", ZH: "慢"}, zone))
	}
}

// skewed describes how far a time is off.
func (c *call) skewed(by time.Duration, side lang.Text, zone string) lang.Text {
	why := setClock
	if off := by % (30 * time.Minute); zone != "" && min(off, 30*time.Minute-off) <= maxSkew {
		why = lang.Sprintf(lang.Text{EN: "is it in the time zone of the profile, %s?", ZH: "是不是没有用接入配置的时区 %s？"}, zone)
	}
	return lang.Sprintf(lang.Text{
		EN: "is %[1]s %[2]s the emulator's clock (%[3]s), more than the 5 min allowed: %[4]s",
		ZH: "比模拟器的时钟（%[3]s）%[2]s了 %[1]s，最多允许 5 分钟：%[4]s",
	}, ago(by), side, c.now.UTC().Format(time.RFC3339), why)
}

// setClock is the advice for a time that is off.
var setClock = lang.Text{EN: "set the clock of the machine that sent it", ZH: "请校准发送请求的机器的时钟"}

// isMalformed reports whether the recipe found a value malformed.
func (c *call) isMalformed(placeholder string) bool {
	return slices.ContainsFunc(c.seen.Problems, func(p recipe.Problem) bool { return p.Placeholder == placeholder && p.Kind == recipe.Malformed })
}
