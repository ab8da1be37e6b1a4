package client

import (
	"maps"
	"slices"
	"time"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// Token is the result of the steps exchange, token and refresh. Empty fields are unknown.
type Token struct {
	Profile                   string
	Step                      profile.StepName
	AccessToken, RefreshToken secret.String
	IDToken                   secret.String
	TokenType, Scope          string
	// ExpiresIn is in seconds from now; 0 if ExpiresAt is past or unknown.
	ExpiresIn     int64
	ExpiresAt     time.Time
	ExpiresSource string // SourceVendor or SourceProfile; "" if ExpiresAt is unknown
	Subject       string
	Tenant        Tenant
	Extra         map[string]any // values that the profile reads under other names
	Raw           []byte         // the response in UTF-8; a form as JSON
	Cached        bool           // from the cache, without a request
	// IDTokenClaims are the claims of IDToken; nil if the issuer is unknown. Verified says
	// that they are genuine.
	IDTokenClaims map[string]any
	Verified      bool
}

// User identifies who logged in. Empty fields are unknown.
type User struct {
	Profile         string
	Step            profile.StepName
	Subject         string // numbers keep all their digits
	Name, Nickname  string
	Username, Email string
	Phone, Avatar   string
	Tenant          Tenant
	Extra           map[string]any
	Raw             []byte // the last response in UTF-8; a form as JSON
}

// Tenant is the organisation that a user belongs to.
type Tenant struct{ ID, Code, Name string }

// supply adds the values read from a response to those of later steps. It never changes a
// value that was set before the first step, so that no response can redirect later requests
// or change the secrets in them.
func (p prepared) supply(a *stepResult) {
	p.latest[a.step] = a
	for name, v := range a.read {
		text := profile.Text(v)
		name = a.step.Supplies(name)
		switch {
		case p.fixed[name]:
			continue
		case profile.IsSecretName(name):
			p.values[name] = secret.New(text)
		default:
			p.values[name] = text
		}
		if name == a.step.Supplies("access_token") {
			p.values[typeKey(name)] = profile.Text(a.read["token_type"])
		}
	}
}

// fields is a copy of the values that a step read.
type fields map[string]any

// take removes a value and returns it as text.
func (f fields) take(name string) string { return profile.Text(f.takeValue(name)) }

func (f fields) takeValue(name string) any {
	v := f[name]
	delete(f, name)
	return v
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

func (c *Client) tokenOf(a *stepResult) Token {
	f := fields(maps.Clone(a.read))
	t := Token{
		Profile: c.profile.Name, Step: a.step.Name,
		AccessToken: secret.New(f.take("access_token")), RefreshToken: secret.New(f.take("refresh_token")),
		IDToken: secret.New(f.take("id_token")), TokenType: f.take("token_type"), Scope: profile.ScopeText(f.takeValue("scope")),
		Subject: f.take("subject"), Tenant: f.tenant(), Raw: a.raw, Cached: a.cached,
		IDTokenClaims: a.claims, Verified: a.verified,
	}
	t.ExpiresIn, t.ExpiresAt, t.ExpiresSource = c.ends(a)
	delete(f, "expires_in")
	c.warnIDToken(a)
	t.Extra = f.extra()
	return t
}

// userOf returns who logged in, from all responses of a login; later ones override earlier
// ones. Other values that the exchange reads belong to the token. It returns nil if no
// response identifies the user.
func (c *Client) userOf(got results) *User {
	f, u := fields{}, User{Profile: c.profile.Name}
	for _, a := range got {
		for name, v := range a.read {
			if c.isOfUser(a.step, name) {
				f[name] = v
			}
		}
		if slices.Contains([]profile.StepName{profile.StepExchange, profile.StepUserInfo, profile.StepDetails}, a.step.Name) {
			u.Step, u.Raw = a.step.Name, a.raw
		}
	}
	switch {
	case u.Step == profile.StepExchange && len(f) == 0, u.Step == "":
		return c.claimedUser(got)
	case u.Step == profile.StepExchange: // the Token has Raw
		u.Raw = nil
	}
	u.fill(f)
	u.Tenant, u.Extra = f.tenant(), f.extra()
	return &u
}

// claimedUser returns the user that the id_token is about; nil if there is none whose issuer is
// known.
func (c *Client) claimedUser(got results) *User {
	for _, a := range got {
		if a.claims == nil {
			continue
		}
		f := fields{}
		for _, u := range oidc.UserClaims {
			f[u.Field] = a.claims[u.Claim]
		}
		u := User{Profile: c.profile.Name, Step: a.step.Name}
		u.fill(f)
		return &u
	}
	return nil
}

// fill takes the fields that every user can have.
func (u *User) fill(f fields) {
	for _, name := range oidc.UserFields() {
		*u.at(name) = f.take(name)
	}
}

// Field returns the value of one of [oidc.UserFields].
func (u User) Field(name string) string { return *u.at(name) }

// at returns a pointer to one of [oidc.UserFields].
func (u *User) at(name string) *string {
	return map[string]*string{
		"subject": &u.Subject, "name": &u.Name, "nickname": &u.Nickname,
		"username": &u.Username, "email": &u.Email, "phone": &u.Phone, "avatar": &u.Avatar,
	}[name]
}

// isOfUser reports whether a value that a step reads is about the user. Other values of
// userinfo and details, and of the steps that run with them, are the user's extra.
func (c *Client) isOfUser(s *profile.Step, name string) bool {
	switch {
	case s.Name == profile.StepUserInfo || s.Name == profile.StepDetails:
		return true
	case s.Name != profile.StepAuthorize && s.Name != profile.StepExchange && (!s.Name.IsOwn() || !s.Sends() || c.profile.OfApplication(s)):
		return false
	case s.With != "" && !slices.Contains([]string{"access_token", "expires_in", "scope"}, name):
		return true
	}
	return slices.Contains(profile.UserFields, name)
}
