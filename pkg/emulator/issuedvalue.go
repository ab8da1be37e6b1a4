package emulator

import (
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// issuedValue is a value of a response that later requests may contain, other than a code
// or a token.
type issuedValue struct {
	user  User
	known bool   // the response was about the user
	login *login // nil if it was not part of a login
	// held are the values in the request that belong to the login, such as the redirect_uri. A
	// later request with the issued value implies them.
	held    map[string]secret.String
	issued  time.Time
	expires time.Time // zero for never
	by      int64     // number of the request that it was issued to
}

// carried are the placeholders whose values an issued value implies.
var carried = append([]string{"redirect_uri"}, profile.PerRun...)

// issuedFor returns what a value in the call's response implies.
func (c *call) issuedFor() issuedValue {
	out := issuedValue{user: c.user, known: c.known || c.login != nil, login: c.login, held: map[string]secret.String{}, issued: c.now, by: c.id}
	for _, name := range carried {
		if v, sent := c.seen.Values[name]; sent {
			out.held[name] = v
		}
	}
	if _, reads := c.s.Read["expires_in"]; reads || c.s.Lifetime > 0 {
		out.expires = c.now.Add(c.s.lifetime())
	}
	return out
}

// start checks a request that starts a login: the values of earlier responses that it
// contains, and what the login will be for.
func (e *Emulator) start(c *call) {
	if c.s.Name != profile.StepAuthorize {
		c.grant(e.opts.Strict)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.redeemTokens(c)
}

// redeemValue checks a value that the emulator issued in a response, and applies what it
// implies. A secret value is refused as a token is.
func (e *Emulator) redeemValue(c *call, name, text string) {
	v := e.state.responseValues.get(key{c.v.p.Name, name, text})
	unknown, expired := profile.KindNotFound, profile.KindNotFound
	if profile.IsSecretName(name) {
		unknown, expired = profile.KindInvalidToken, profile.KindExpiredToken
	}
	switch {
	case v == nil:
		c.found(unknown, name, lang.Sprintf(lang.Text{EN: "this %s was not in any response of this emulator", ZH: "这个 %s 不在本模拟器的任何响应里"}, name))
		return
	case !v.expires.IsZero() && !c.now.Before(v.expires):
		c.found(expired, name, c.expired(v.expires, v.issued, v.by))
		return
	case v.login != nil && v.login.revoked != 0:
		c.found(unknown, name, revokedBy(v.login))
		return
	}
	if v.known {
		c.user, c.known = v.user, true
	}
	if v.login != nil {
		c.login = v.login
	}
	if c.seen.Values == nil {
		c.seen.Values = map[string]secret.String{}
	}
	for held, value := range v.held {
		if _, sent := c.seen.Values[held]; !sent {
			c.seen.Values[held] = value
		}
	}
}
