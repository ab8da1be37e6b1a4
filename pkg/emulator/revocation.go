package emulator

import (
	"strconv"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// This file serves requests to revoke a token (RFC 7009) or to introspect one (RFC 7662).
// Servers accept them with any text as the token, and respond alike for an invalid and an
// unknown token.

// inactive is the response about a token that is not valid. It has no other member (RFC 7662
// §2.2).
const inactive = `{"active":false}`

// redeemSubject finds the token that a request is about. It revokes the token at the revoke
// step, and otherwise sets c.subject. The caller holds the lock.
func (e *Emulator) redeemSubject(c *call, text string) {
	at := func(name string) key { return key{c.v.p.Name, name, text} }
	access, app, refresh := e.state.access.get(at("access_token")), e.state.apps.get(at(profile.AppToken)), e.state.refresh.get(at("refresh_token"))
	t := access
	for _, other := range []*token{app, refresh} {
		if t == nil {
			t = other
		}
	}
	switch {
	case t == nil:
		c.noteSubject(lang.Sprintf(notIssued, "token", e.issuedAs(c, text)))
	case !c.now.Before(t.expires) && t.ended.IsZero():
		c.noteSubject(c.expired(t.expires, t.issued, t.by))
	case !c.isValid(t):
		c.noteSubject(lang.Text{EN: "has already ended", ZH: "早已失效"})
	case c.s.Name == profile.StepRevoke:
		t.end(c.now, lang.Sprintf(lang.Text{EN: "request %d revoked it", ZH: "请求 %d 撤销了它"}, c.id))
		if t == refresh && t.login != nil { // RFC 7009 §2.1: its access tokens end, too
			t.login.revoke(c.id, lang.Text{EN: "revoked its refresh token", ZH: "撤销了它的刷新令牌"})
		}
	default:
		c.subject = t
	}
	if hint, sent := c.seen.Text("token_type_hint"); sent && hint != "access_token" && hint != "refresh_token" {
		c.findings = append(c.findings, finding{text: about(c.s.member("token_type_hint"), lang.Text{
			EN: "expected access_token or refresh_token; ignored", ZH: "应为 access_token 或 refresh_token，已忽略",
		})})
	}
	if c.subject == nil {
		return
	}
	if c.login = t.login; t.login == nil {
		client, _ := c.v.inputs.Text("client_id")
		c.user = User{Subject: client}
	}
}

// isValid reports whether a client can use the token.
func (c *call) isValid(t *token) bool {
	return c.now.Before(t.expires) && t.retired.IsZero() && (t.login == nil || t.login.revoked == 0)
}

// noteSubject adds a remark about the token that the request is about. The remark causes no
// refusal.
func (c *call) noteSubject(text lang.Text) {
	c.findings = append(c.findings, finding{text: about(c.s.member("token"), text)})
}

// isInactive reports whether the request asks about a token that is not valid.
func (c *call) isInactive() bool { return c.s.Name == profile.StepIntrospect && c.subject == nil }

// revoke ends all tokens of the login. how says what request id did.
func (l *login) revoke(id int64, how lang.Text) { l.revoked, l.how = id, how }

// scope returns the scope of the tokens in a response. It is the request's, or else the
// login's.
func (c *call) scope() string {
	if text, ok := c.seen.Text("scope"); ok || c.login == nil {
		return text
	}
	return c.login.scope
}

// field returns the value of an introspection's placeholder; ok is false if the token has no
// such value.
func (t *token) field(name string) (text string, ok bool) {
	if t == nil {
		return "", false
	}
	switch name {
	case "scope":
		return t.scope, true
	case "exp":
		return strconv.FormatInt(t.expires.Unix(), 10), true
	case "iat":
		return strconv.FormatInt(t.issued.Unix(), 10), true
	}
	return "", false
}
