package client

import (
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// Token is what exchange, token and refresh yield. Empty members are unknown.
type Token struct {
	Profile, Step             string
	AccessToken, RefreshToken secret.String
	IDToken                   secret.String
	TokenType, Scope          string
	// ExpiresIn is in seconds from now, zero when ExpiresAt is past or unknown.
	ExpiresIn     int64
	ExpiresAt     time.Time
	ExpiresSource string // SourceVendor or SourceProfile; "" when it is unknown
	Subject       string
	Tenant        Tenant
	Extra         map[string]any // what the profile reads under names of its own
	Raw           []byte         // the answer, byte for byte
	Cached        bool           // it came from the cache, in place of a request
}

// User is who logged in. Empty members are unknown.
type User struct {
	Profile, Step   string
	Subject         string // a number is written out exactly
	Name, Nickname  string
	Username, Email string
	Phone, Avatar   string
	Tenant          Tenant
	Extra           map[string]any
	Raw             []byte // the last answer, byte for byte
}

// Tenant is the organisation that a user belongs to.
type Tenant struct{ ID, Code, Name string }

// supply adds what an answer holds to the values of later steps. An input or another
// value that was there before the first step stays: no response changes where later
// requests go, or which secret they hold.
func (p prepared) supply(a *answer) {
	for name, v := range a.read {
		text := profile.Text(v)
		if a.step.Name == "token" && name == "access_token" {
			name = profile.AppToken
		}
		switch {
		case p.fixed[name]:
			continue
		case profile.IsSecretName(name):
			p.values[name] = secret.New(text)
		default:
			p.values[name] = text
		}
		if a.isToken(name) {
			p.values[typeKey(name)] = profile.Text(a.read["token_type"])
		}
	}
}

// fields is a copy of what was read.
type fields map[string]any

// take removes a name and returns it as text.
func (f fields) take(name string) string {
	v := f[name]
	delete(f, name)
	return profile.Text(v)
}

func (f fields) tenant() Tenant {
	return Tenant{ID: f.take("tenant.id"), Code: f.take("tenant.code"), Name: f.take("tenant.name")}
}

func (f fields) extra() map[string]any {
	if len(f) == 0 {
		return nil
	}
	return f
}

func (c *Client) tokenOf(a *answer) Token {
	f := fields(maps.Clone(a.read))
	t := Token{
		Profile: c.profile.Name, Step: a.step.Name,
		AccessToken: secret.New(f.take("access_token")), RefreshToken: secret.New(f.take("refresh_token")),
		IDToken: secret.New(f.take("id_token")), TokenType: f.take("token_type"), Scope: scopeOf(f),
		Subject: f.take("subject"), Tenant: f.tenant(), Raw: a.raw, Cached: a.cached,
	}
	ends, now := expiryOf(a), a.at
	if a.cached {
		now = c.deps.Now()
	}
	t.ExpiresIn, t.ExpiresAt, t.ExpiresSource = ends.in(now), ends.at, ends.source
	delete(f, "expires_in")
	c.warnIDToken(a)
	t.Extra = f.extra()
	return t
}

// scopeOf takes the scope: a list, which some vendors send, becomes the text that RFC
// 6749 §3.3 has.
func scopeOf(f fields) string {
	list, ok := f["scope"].([]any)
	if !ok {
		return f.take("scope")
	}
	delete(f, "scope")
	var scopes []string
	for _, v := range list {
		if text := profile.Text(v); text != "" {
			scopes = append(scopes, text)
		}
	}
	return strings.Join(scopes, " ")
}

// userFields are the names of what a user is known by.
var userFields = []string{
	"subject", "name", "nickname", "username", "email", "phone", "avatar", "tenant.id", "tenant.code", "tenant.name",
}

// userOf is who logged in, out of all answers of a login, the later before the earlier.
// What a step reads under names of its own stays with that step: with the token for the
// exchange. It is nil when nothing says who it was.
func (c *Client) userOf(got answers) *User {
	f, u := fields{}, User{Profile: c.profile.Name}
	for _, a := range got {
		if !slices.Contains([]string{"exchange", "userinfo", "details"}, a.step.Name) {
			continue
		}
		for name, v := range a.read {
			if a.step.Name != "exchange" || slices.Contains(userFields, name) {
				f[name] = v
			}
		}
		u.Step, u.Raw = a.step.Name, a.raw
	}
	switch {
	case u.Step == "exchange" && len(f) == 0, u.Step == "":
		return nil
	case u.Step == "exchange": // the token has it
		u.Raw = nil
	}
	u.Subject, u.Name, u.Nickname = f.take("subject"), f.take("name"), f.take("nickname")
	u.Username, u.Email, u.Phone, u.Avatar = f.take("username"), f.take("email"), f.take("phone"), f.take("avatar")
	u.Tenant, u.Extra = f.tenant(), f.extra()
	return &u
}
