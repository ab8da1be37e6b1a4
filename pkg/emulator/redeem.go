package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// maxSkew is how far a request's timestamp may be from the emulator's clock.
const maxSkew = 5 * time.Minute

// ruled are the placeholders, besides those made for each request, that have
// rules of their own.
var ruled = []string{"code", "access_token", profile.AppToken, "refresh_token", "state", "nonce", "code_challenge", "code_verifier"}

// checkFresh looks at what a client makes anew for each request: a {uuid} comes
// once, a timestamp is near the emulator's clock.
func (e *Emulator) checkFresh(c *call) {
	for _, name := range []string{"timestamp", "timestamp_ms"} {
		n, err := strconv.ParseInt(c.seen.Values[name].Reveal(), 10, 64)
		if err != nil {
			continue // absent, or reported by the recipe
		}
		at := time.Unix(n, 0)
		if name == "timestamp_ms" {
			at = time.UnixMilli(n)
		}
		switch skew := at.Sub(c.now); {
		case skew > maxSkew:
			c.found("invalid_client", name, "is "+ago(skew)+" ahead of the emulator's clock, more than 5 minutes")
		case skew < -maxSkew:
			c.found("invalid_client", name, "is "+ago(-skew)+" behind the emulator's clock, more than 5 minutes")
		}
	}
	id := strings.ToLower(c.seen.Values["uuid"].Reveal())
	if len(id) != len("00000000-0000-0000-0000-000000000000") {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	k := key{c.v.p.Name, "uuid", id}
	if e.state.uuids.get(k) != nil {
		c.found("bad_request", "uuid", "was sent before; every request needs a new one")
		return
	}
	e.state.uuids.put(k, struct{}{}, c.now, c.now.Add(memory))
}

// redeem checks the values that the emulator handed out, and uses up those that
// are good once. What uses nothing up comes first, so that a bad token does not
// cost a code; and all of it under one lock, so that of two requests with one
// code one wins.
func (e *Emulator) redeem(c *call) {
	e.mu.Lock()
	defer e.mu.Unlock()
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
		case c.v.handed[ph.Name]:
			user := e.state.handed.get(key{c.v.p.Name, ph.Name, value.Reveal()})
			if user == nil {
				c.found("not_found", ph.Name, "is no "+ph.Name+" that an answer held here")
			} else {
				c.user = *user
			}
		}
	}
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

func (e *Emulator) redeemToken(c *call, name string, from *shelf[token], text string) {
	switch t := from.get(key{c.v.p.Name, name, text}); {
	case t == nil:
		c.found("invalid_token", name, "is no "+name+" that was issued here"+e.whatElse(c, text))
	case !c.now.Before(t.expires):
		c.found("expired_token", name, "expired "+ago(c.now.Sub(t.expires))+" ago")
	case t.login != nil && t.login.revoked:
		c.found("invalid_token", name, "is revoked, because the code that it came from was sent twice")
	case t.login != nil:
		c.login = t.login
	}
}

// redeemRefresh refuses as a code is refused: RFC 6749 §5.2 has one error,
// invalid_grant, for both, and for both a new login is what helps.
func (e *Emulator) redeemRefresh(c *call, text string) {
	switch t := e.state.refresh.get(key{c.v.p.Name, "refresh_token", text}); {
	case t == nil:
		c.found("invalid_code", "refresh_token", "is no refresh_token that was issued here"+e.whatElse(c, text))
	case !c.now.Before(t.expires):
		c.found("expired_code", "refresh_token", "expired "+ago(c.now.Sub(t.expires))+" ago")
	case !t.retired.IsZero():
		c.found("invalid_code", "refresh_token", "was used already, "+ago(c.now.Sub(t.retired))+" ago; the answer held a new one")
	case t.login != nil && t.login.revoked:
		c.found("invalid_code", "refresh_token", "is revoked, because the code that it came from was sent twice")
	default:
		c.login = t.login
		if c.s.renews() {
			t.retired = c.now
		}
	}
}

func (e *Emulator) redeemCode(c *call, text string) {
	k := e.state.codes.get(key{c.v.p.Name, "code", text})
	redirect := c.seen.Values["redirect_uri"].Reveal()
	switch {
	case k == nil:
		c.found("invalid_code", "code", "is no code that was issued here"+e.whatElse(c, text))
	case !k.used.IsZero():
		k.login.revoked = true // RFC 6749 §4.1.2: somebody else may have been first
		c.found("invalid_code", "code", "was used already, "+ago(c.now.Sub(k.used))+" ago; the tokens that it gave are revoked")
	case !c.now.Before(k.expires):
		c.found("expired_code", "code", "expired "+ago(c.now.Sub(k.expires))+" ago")
	case c.s.Uses("redirect_uri") && redirect != k.redirectURI:
		c.found("invalid_code", "redirect_uri", "the code was issued for "+shown(k.redirectURI)+", sent with "+shown(redirect))
	default:
		if c.checkVerifier(k.challenge); c.refusal() == "" {
			k.used, c.login = c.now, k.login
		}
	}
}

// checkVerifier is RFC 7636 §4.6.
func (c *call) checkVerifier(challenge string) {
	verifier := c.seen.Values["code_verifier"].Reveal()
	switch {
	case challenge == "" && verifier != "":
		c.found("bad_request", "code_verifier", "was sent, but the code was issued without a code_challenge")
	case challenge != "" && verifier == "":
		c.found("missing_parameter", "code_verifier", "is missing: the code was issued for a code_challenge")
	case challenge != "" && recipe.CodeChallenge(verifier) != challenge:
		c.found("invalid_code", "code_verifier", "does not belong to the code_challenge that the code was issued for")
	}
}

// whatElse says what a value is when it is something else that was issued here.
func (e *Emulator) whatElse(c *call, text string) string {
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

// ago writes a duration as somebody would say it.
func ago(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
