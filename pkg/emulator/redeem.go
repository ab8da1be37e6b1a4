package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/profile"
)

// withOwnCheck are the placeholders with their own checks. It omits those that clients make for
// each request (recipe.Made).
var withOwnCheck = slices.Concat([]string{"code", "access_token", profile.AppToken, "refresh_token"}, profile.PerRun)

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
		case c.v.fromResponse[ph.Name]:
			e.redeemValue(c, ph.Name, value.Reveal())
		}
	}
}

func (e *Emulator) redeemToken(c *call, name string, from *expiringMap[token], text string) {
	switch t := from.get(key{c.v.p.Name, name, text}); {
	case t == nil:
		c.found(profile.KindInvalidToken, name, "this "+name+" was not issued here"+e.issuedAs(c, text))
	case !c.now.Before(t.expires) && t.ended != "":
		c.findings = append(c.findings, finding{kind: profile.KindInvalidToken, text: c.s.member(name) + ": ended " + ago(c.now.Sub(t.expires)) + " ago: " + t.ended})
	case !c.now.Before(t.expires):
		c.found(profile.KindExpiredToken, name, c.expired(t.expires, t.issued, t.by))
	case t.login != nil && t.login.revoked != 0:
		c.found(profile.KindInvalidToken, name, revokedBy(t.login))
	case t.login != nil:
		c.login = t.login
	}
}

// revokedBy says why a value of the login is not valid.
func revokedBy(l *login) string {
	return fmt.Sprintf("is revoked because request %d sent its code a second time", l.revoked)
}

// redeemRefresh refuses with the kinds of a code, because RFC 6749 §5.2 has one
// error, invalid_grant, for both, and the remedy for both is a new login.
func (e *Emulator) redeemRefresh(c *call, text string) {
	switch t := e.state.refresh.get(key{c.v.p.Name, "refresh_token", text}); {
	case t == nil:
		c.found(profile.KindInvalidCode, "refresh_token", "this refresh_token was not issued here"+e.issuedAs(c, text))
	case !c.now.Before(t.expires):
		c.found(profile.KindExpiredCode, "refresh_token", c.expired(t.expires, t.issued, t.by))
	case !t.retired.IsZero():
		c.found(profile.KindInvalidCode, "refresh_token", fmt.Sprintf("was already used %s ago by request %d; the response contained a new one", ago(c.now.Sub(t.retired)), t.retiredBy))
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
		c.found(profile.KindInvalidCode, "code", "this code was not issued here"+e.issuedAs(c, text))
	case !k.used.IsZero():
		k.login.revoked = c.id // RFC 6749 §4.1.2: the first request may have been an attacker's
		text := fmt.Sprintf("was redeemed %s ago by request %d", ago(c.now.Sub(k.used)), k.usedBy)
		if k.login.tokenIssued {
			text += "; the tokens issued for it are now revoked"
		}
		c.found(c.v.usedCode(), "code", text)
	case !c.now.Before(k.expires):
		c.found(profile.KindExpiredCode, "code", c.expired(k.expires, k.issued, k.by))
	case c.s.Uses("redirect_uri") && redirect != k.redirectURI:
		c.found(profile.KindInvalidCode, "redirect_uri", "the code was issued for "+orNothing(k.redirectURI)+", sent with "+orNothing(redirect)+by(k.by))
	default:
		if c.checkVerifier(k.challenge); c.refusal() == "" {
			k.used, k.usedBy, c.login = c.now, c.id, k.login
		}
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

// issuedAs says what an invalid value is, if this emulator issued it: its kind,
// and its profile if that is not the request's. It returns "" for an unknown value.
func (e *Emulator) issuedAs(c *call, text string) string {
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
		article := "a "
		if strings.HasPrefix(kind, "a") {
			article = "an "
		}
		if name != c.v.p.Name {
			return "; it is " + article + kind + " of " + name
		}
		return "; it is " + article + kind
	}
	return ""
}

// expired says how long ago a value expired, how long it was valid, and which request
// it was issued to.
func (c *call) expired(at, issued time.Time, from int64) string {
	text := "expired " + ago(c.now.Sub(at)) + " ago; it was valid for " + ago(at.Sub(issued))
	return text + by(from)
}

// by names the request that a value was issued to. It returns "" for 0.
func by(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("; it was issued to request %d", id)
}

// ago formats a duration for people.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return unit(d, time.Minute, "min", time.Second, "s")
	case d < 48*time.Hour:
		return unit(d, time.Hour, "h", time.Minute, "min")
	}
	return unit(d, 24*time.Hour, "days", time.Hour, "h")
}

func unit(d, large time.Duration, name string, small time.Duration, rest string) string {
	d = d.Round(small)
	text := fmt.Sprintf("%d %s", d/large, name)
	if n := d % large / small; n > 0 {
		text += fmt.Sprintf(" %d %s", n, rest)
	}
	return text
}
