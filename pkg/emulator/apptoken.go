package emulator

import (
	"slices"
	"time"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// latestApp returns the newest token of the application that the step issued, or nil. The
// caller holds the lock.
func (e *Emulator) latestApp(s *step, name string) *expiring[token] {
	for _, t := range slices.Backward(e.state.apps.order) {
		if t.key.profile == name && t.value.from == s {
			return t
		}
	}
	return nil
}

// validToken returns the application's token that the vendor returns again because it is
// still valid, and how long it lasts. It returns "" if the vendor issues a new one.
func (e *Emulator) validToken(c *call) (text string, left time.Duration) {
	if same, _, _ := profile.Reissue(c.s.Again); !same {
		return "", 0
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.latestApp(c.s, c.v.p.Name)
	if t == nil || !c.now.Before(t.value.expires) {
		return "", 0
	}
	return t.key.value, t.value.expires.Sub(c.now)
}

// putApp stores the application's token in a response. It ends the previous token if the
// vendor does, and the new one at once if a fault demands it. The caller holds the lock.
func (e *Emulator) putApp(c *call, text string) {
	id := key{c.v.p.Name, profile.AppToken, text}
	if e.state.apps.get(id) == nil {
		if _, ends, left := profile.Reissue(c.s.Again); ends {
			if before := e.latestApp(c.s, c.v.p.Name); before != nil {
				before.value.end(c.now.Add(left), lang.Sprintf(lang.Text{EN: "request %d fetched a new one", ZH: "请求 %d 获取了新的"}, c.id))
			}
		}
		until := c.now.Add(c.s.lifetime())
		e.state.apps.put(id, token{expires: until, issued: c.now, by: c.id, login: c.login, from: c.s, scope: c.scope()}, c.now, until.Add(memory))
	}
	if c.fault.Is(fault.Replaced) {
		e.state.apps.get(id).end(c.now, lang.Text{EN: "somebody else fetched a new one (fault injected)", ZH: "别处获取了新的（注入的故障）"})
	}
}

// end makes a token expire at this time, unless it expires earlier.
func (t *token) end(at time.Time, why lang.Text) {
	if at.Before(t.expires) {
		t.expires, t.ended = at, why
	}
}
