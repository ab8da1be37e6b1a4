package emulator

import (
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// withOwnCheck are the placeholders that have their own checks, except those that clients
// make for each request (recipe.Made).
var withOwnCheck = slices.Concat([]string{"code", "access_token", profile.AppToken, "refresh_token", "token", "device_code"}, profile.PerRun)

// redeem checks the values that the emulator issued, and marks codes and refresh
// tokens as used. It checks all other values first, so that a bad token does not use
// up a code. It holds the lock throughout, so that only one of two requests with the
// same code succeeds.
func (e *Emulator) redeem(c *call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.redeemTokens(c)
	if text := c.seen.Values["refresh_token"].Reveal(); text != "" && c.s.Uses("refresh_token") && c.refusal() == "" {
		e.redeemRefresh(c, text)
	}
	if text := c.seen.Values["device_code"].Reveal(); text != "" && c.s.Uses("device_code") && c.refusal() == "" {
		e.redeemDevice(c, text)
	}
	if text := c.seen.Values["code"].Reveal(); text != "" && c.s.Uses("code") && c.refusal() == "" {
		e.redeemCode(c, text)
	}
	if c.login != nil {
		c.user = c.login.user
	}
}

// redeemTokens checks the values that can be used again: tokens, and values of responses.
// The caller holds the lock.
func (e *Emulator) redeemTokens(c *call) {
	for _, ph := range c.s.Placeholders() {
		value, sent := c.seen.Values[ph.Name]
		if !sent {
			continue
		}
		switch {
		case ph.Name == profile.AppToken:
			e.redeemToken(c, ph.Name, &e.state.apps, value.Reveal())
		case ph.Name == "access_token":
			e.redeemToken(c, ph.Name, &e.state.access, value.Reveal())
		case ph.Name == "token":
			e.redeemSubject(c, value.Reveal())
		case c.v.fromResponse[ph.Name]:
			e.redeemValue(c, ph.Name, value.Reveal())
		}
	}
}

func (e *Emulator) redeemToken(c *call, name string, from *expiringMap[token], text string) {
	switch t := from.get(key{c.v.p.Name, name, text}); {
	case t == nil:
		c.found(profile.KindInvalidToken, name, lang.Sprintf(notIssued, name, e.issuedAs(c, text)))
	case !c.now.Before(t.expires) && !t.ended.IsZero():
		c.findings = append(c.findings, finding{kind: profile.KindInvalidToken, text: about(c.s.member(name), lang.Sprintf(lang.Text{EN: "ended %s ago: %s", ZH: "%s前已失效：%s"}, ago(c.now.Sub(t.expires)), t.ended))})
	case !c.now.Before(t.expires):
		c.found(profile.KindExpiredToken, name, c.expired(t.expires, t.issued, t.by))
	case t.login != nil && t.login.revoked != 0:
		c.found(profile.KindInvalidToken, name, revokedBy(t.login))
	case t.login != nil:
		c.login = t.login
	}
}

// revokedBy says why a value of the login is not valid.
func revokedBy(l *login) lang.Text {
	return lang.Sprintf(lang.Text{EN: "is revoked because request %d %s", ZH: "已撤销，因为请求 %d %s"}, l.revoked, l.how)
}

// redeemRefresh refuses with the kinds of a code, because RFC 6749 §5.2 has one
// error, invalid_grant, for both, and the remedy for both is a new login.
func (e *Emulator) redeemRefresh(c *call, text string) {
	switch t := e.state.refresh.get(key{c.v.p.Name, "refresh_token", text}); {
	case t == nil:
		c.found(profile.KindInvalidCode, "refresh_token", lang.Sprintf(notIssued, "refresh_token", e.issuedAs(c, text)))
	case !c.now.Before(t.expires):
		c.found(profile.KindExpiredCode, "refresh_token", c.expired(t.expires, t.issued, t.by))
	case !t.retired.IsZero():
		text := lang.Sprintf(lang.Text{
			EN: "was already used %s ago by request %d; the response contained a new one",
			ZH: "%s前已被请求 %d 使用；当时的响应里有新的",
		}, ago(c.now.Sub(t.retired)), t.retiredBy)
		if t.login != nil && isAnyServer(c.v.p) { // RFC 9700 §4.14.2: one of the two may be an attacker
			t.login.revoke(c.id, lang.Text{EN: "sent its refresh_token a second time", ZH: "第二次使用了它的 refresh_token"})
			text = plus(text, lang.Text{EN: "; all tokens of this login are now revoked", ZH: "；这次登录的所有令牌现已撤销"})
		}
		c.found(profile.KindInvalidCode, "refresh_token", text)
	case t.login != nil && t.login.revoked != 0:
		c.found(profile.KindInvalidCode, "refresh_token", revokedBy(t.login))
	default:
		c.login = t.login
		if c.s.renewing {
			t.retired, t.retiredBy = c.now, c.id
		}
	}
}

func (e *Emulator) redeemCode(c *call, text string) {
	k := e.state.codes.get(key{c.v.p.Name, "code", text})
	redirect := c.seen.Values["redirect_uri"].Reveal()
	switch {
	case k == nil:
		c.found(profile.KindInvalidCode, "code", lang.Sprintf(notIssued, "code", e.issuedAs(c, text)))
	case k.refused:
		c.found(c.v.usedCode(), "code", lang.Sprintf(lang.Text{
			EN: "is void since request %d was refused %s ago: this vendor accepts a code in one request only, successful or not",
			ZH: "已作废：请求 %d 在%s前被拒绝，而该厂商的 code 不论成败只能用于一次请求",
		}, k.usedBy, ago(c.now.Sub(k.used))))
	case !k.used.IsZero():
		// RFC 6749 §4.1.2: the first request may have been an attacker's.
		k.login.revoke(c.id, lang.Text{EN: "sent its code a second time", ZH: "第二次使用了它的 code"})
		text := lang.Sprintf(lang.Text{EN: "was redeemed %s ago by request %d", ZH: "%s前已被请求 %d 使用"}, ago(c.now.Sub(k.used)), k.usedBy)
		if k.login.tokenIssued {
			text = plus(text, lang.Text{EN: "; the tokens issued for it are now revoked", ZH: "；用它签发的令牌现已撤销"})
		}
		c.found(c.v.usedCode(), "code", text)
	case !c.now.Before(k.expires):
		c.found(profile.KindExpiredCode, "code", c.expired(k.expires, k.issued, k.by))
	case c.s.Uses("redirect_uri") && redirect != k.redirectURI:
		c.found(profile.KindInvalidCode, "redirect_uri", lang.Sprintf(lang.Text{
			EN: "the code was issued for %s, sent with %s%s",
			ZH: "签发 code 时的 redirect_uri 为%s，请求里为%s%s",
		}, spaced(orNothing(k.redirectURI)), spaced(orNothing(redirect)), by(k.by)))
	default:
		if c.checkVerifier(k.challenge); c.refusal() == "" {
			k.used, k.usedBy, c.login = c.now, c.id, k.login
		}
	}
}

// useUp marks the code of a refused request as used if the vendor says so (callback.once), unless
// the request is incomplete or malformed, so that the vendor does not look at the code.
func (e *Emulator) useUp(c *call, kind profile.Kind) {
	a := c.v.p.Authorize
	if a == nil || !a.Callback.Once || kind == profile.KindBadRequest || kind == profile.KindMissingParameter || !c.s.Uses("code") {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if k := e.state.codes.get(key{c.v.p.Name, "code", c.seen.Values["code"].Reveal()}); k != nil && k.used.IsZero() && c.now.Before(k.expires) {
		k.used, k.usedBy, k.refused = c.now, c.id, true
	}
}

// usedCode returns the kind of refusal for a code that was used before: used_code only if the
// vendor distinguishes it from an invalid one.
func (v *vendor) usedCode() profile.Kind {
	if _, listed := v.p.RefusalAbout(profile.KindUsedCode, ""); listed {
		return profile.KindUsedCode
	}
	return profile.KindInvalidCode
}

// issuedAs says what an invalid value is, if this emulator issued it: its kind, and its
// profile if that is not the request's. It returns zero for an unknown value.
func (e *Emulator) issuedAs(c *call, text string) lang.Text {
	names := append([]string{c.v.p.Name}, slices.DeleteFunc(slices.Clone(e.names), func(n string) bool { return n == c.v.p.Name })...)
	for _, name := range names {
		at := func(kind string) key { return key{name, kind, text} }
		kind := ""
		switch {
		case e.state.codes.get(at("code")) != nil:
			kind = "code"
		case e.state.access.get(at("access_token")) != nil:
			kind = "access_token"
		case e.state.apps.get(at(profile.AppToken)) != nil:
			kind = profile.AppToken
		case e.state.refresh.get(at("refresh_token")) != nil:
			kind = "refresh_token"
		default:
			continue
		}
		what := lang.Text{EN: "a " + kind, ZH: kind}
		if strings.HasPrefix(kind, "a") {
			what.EN = "an " + kind
		}
		if name != c.v.p.Name {
			return lang.Sprintf(lang.Text{EN: "; it is %[1]s of %[2]s", ZH: "；它是 %[2]s 的 %[1]s"}, what, name)
		}
		return lang.Sprintf(lang.Text{EN: "; it is %s", ZH: "；它是 %s"}, what)
	}
	return lang.Text{}
}

// expired says how long ago a value expired, how long it was valid, and which request
// it was issued to.
func (c *call) expired(at, issued time.Time, from int64) lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "expired %s ago; it was valid for %s%s",
		ZH: "%s前已过期；有效期 %s%s",
	}, ago(c.now.Sub(at)), ago(at.Sub(issued)), by(from))
}

// by names the request that a value was issued to. It is zero for 0.
func by(id int64) lang.Text {
	if id == 0 {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{EN: "; it was issued to request %d", ZH: "；签发给请求 %d"}, id)
}

// notIssued is about a value that the emulator did not issue for this purpose.
var notIssued = lang.Text{EN: "this %s was not issued here%s", ZH: "这个 %s 不是这里签发的%s"}

// Units of durations.
var (
	seconds = lang.Text{EN: "%d s", ZH: "%d 秒"}
	minutes = lang.Text{EN: "%d min", ZH: "%d 分钟"}
	hours   = lang.Text{EN: "%d h", ZH: "%d 小时"}
	days    = lang.Text{EN: "%d days", ZH: "%d 天"}
)

// ago formats a duration for people.
func ago(d time.Duration) lang.Text {
	switch {
	case d < time.Minute:
		return lang.Sprintf(lang.Text{EN: "%.1f s", ZH: "%.1f 秒"}, d.Seconds())
	case d < time.Hour:
		return unit(d, time.Minute, minutes, time.Second, seconds)
	case d < 48*time.Hour:
		return unit(d, time.Hour, hours, time.Minute, minutes)
	}
	return unit(d, 24*time.Hour, days, time.Hour, hours)
}

func unit(d, large time.Duration, name lang.Text, small time.Duration, rest lang.Text) lang.Text {
	d = d.Round(small)
	text := lang.Sprintf(name, d/large)
	if n := d % large / small; n > 0 {
		text = lang.Sprintf(lang.Text{EN: "%s %s", ZH: "%s %s"}, text, lang.Sprintf(rest, n))
	}
	return text
}
