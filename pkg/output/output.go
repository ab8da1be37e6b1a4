// Package output turns the client's results into those that commands print, with the fields
// that docs/output.md documents.
//
// [Login], [Exchange], [Token], [User], [Introspection], [Revocation], [Step] and [AuthorizeURL]
// return a [render.Result], and so do [Cached] and [Cleared] for the caches. [Who] names a user in one line.
package output

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// Token returns the result for a token.
func Token(t client.Token) render.Result { return render.Result{Fields: tokenFields(t), Raw: t.Raw} }

// User returns the result for a user.
func User(u client.User) render.Result { return render.Result{Fields: userFields(u), Raw: u.Raw} }

// Exchange returns the result of an exchange: a token, or the user if the vendor returns
// that instead.
func Exchange(l client.Login) render.Result {
	if l.Token != nil {
		return Token(*l.Token)
	}
	return User(*l.User)
}

// Login returns the result of a login with a code. Raw is the response with the user or, if
// there is none, with the token.
func Login(profile, code string, l client.Login) render.Result {
	f := render.Fields{{Name: "profile", Value: profile}, {Name: "code", Value: secret.New(code)}}
	res := render.Result{}
	if l.Token != nil {
		f = append(f, render.Field{Name: "token", Value: tokenFields(*l.Token)})
		res.Raw = l.Token.Raw
	}
	if l.User != nil {
		f = append(f, render.Field{Name: "user", Value: userFields(*l.User)})
		if l.User.Raw != nil {
			res.Raw = l.User.Raw
		}
	}
	res.Fields = f
	return res
}

// AuthorizeURL returns the result for a started login. expires is zero if nothing waits for
// the redirect. The text of the result is the URL.
func AuthorizeURL(a client.Authorization, expires time.Time) render.Result {
	until := ""
	if !expires.IsZero() {
		until = expires.UTC().Format(time.RFC3339)
	}
	return render.Result{Text: a.URL, Alone: true, Fields: render.Fields{
		{Name: "profile", Value: a.Profile},
		{Name: "url", Value: a.URL},
		{Name: "redirect_uri", Value: a.RedirectURI},
		{Name: "state", Value: a.State},
		{Name: "nonce", Value: a.Nonce},
		{Name: "code_verifier", Value: a.CodeVerifier},
		{Name: "expires_at", Value: until},
	}}
}

// Introspection returns what a server says about a token. Its text also has the times in
// words, in the language l.
func Introspection(i client.Introspection, l lang.Lang) render.Result {
	f := render.Fields{
		{Name: "profile", Value: i.Profile},
		{Name: "step", Value: string(i.Step)},
		{Name: "active", Value: i.Active},
	}
	for _, name := range []string{"scope", "client_id", "username", "token_type", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"} {
		value := i.Values[name]
		if at, known := i.Times[name]; known {
			value = render.Noted{Value: value, Note: at.Format(time.RFC3339) + ": " + lang.When(at, i.Now).In(l)}
		}
		f = append(f, render.Field{Name: name, Value: value})
	}
	f = append(f, render.Field{Name: "extra", Value: extraFields(i.Extra)}, render.Field{Name: "raw", Value: rawField(i.Raw)})
	return render.Result{Fields: f, Raw: i.Raw}
}

// Revocation returns the result for a revoked token, whose kind is access_token or
// refresh_token.
func Revocation(r client.Result, kind string) render.Result {
	return render.Result{Raw: r.Raw, Fields: render.Fields{
		{Name: "profile", Value: r.Profile},
		{Name: "step", Value: string(r.Step)},
		{Name: "revoked", Value: kind},
		{Name: "raw", Value: rawField(r.Raw)},
	}}
}

// Logout returns the address of a logout. Its text is the URL.
func Logout(l client.Logout) render.Result {
	return render.Result{Text: l.URL, Alone: true, Fields: render.Fields{
		{Name: "profile", Value: l.Profile},
		{Name: "url", Value: l.URL},
		{Name: "redirect_uri", Value: l.RedirectURI},
		{Name: "state", Value: l.State},
	}}
}

// LoggedOut returns the result for a logout after which the browser came back to redirectURI.
func LoggedOut(profile, redirectURI string) render.Result {
	return render.Result{Fields: render.Fields{
		{Name: "profile", Value: profile},
		{Name: "logged_out", Value: true},
		{Name: "post_logout_redirect_uri", Value: redirectURI},
	}}
}

// Step returns the values that a step of any name read or yielded.
func Step(r client.Result) render.Result {
	t := client.Token{ExpiresIn: r.ExpiresIn, ExpiresAt: r.ExpiresAt, ExpiresSource: r.ExpiresSource}
	f := render.Fields{
		{Name: "profile", Value: r.Profile},
		{Name: "step", Value: string(r.Step)},
		{Name: "values", Value: extraFields(r.Values)},
	}
	f = append(f, expiryFields(t)...)
	if r.CanCache {
		f = append(f, render.Field{Name: "cached", Value: r.Cached})
	}
	return render.Result{Fields: append(f, render.Field{Name: "raw", Value: rawField(r.Raw)}), Raw: r.Raw}
}

// Who returns a user's subject, name and email on one line, with all other values if there is
// no subject; "" for nil.
func Who(u *client.User) string {
	if u == nil {
		return ""
	}
	known := strings.Fields(strings.Join([]string{u.Subject, cmp.Or(u.Name, u.Nickname), u.Email}, " "))
	for _, name := range slices.Sorted(maps.Keys(u.Extra)) {
		if u.Subject == "" {
			known = append(known, name+" "+profile.Text(u.Extra[name]))
		}
	}
	return strings.Join(known, " ")
}

// tokenFields are the documented members of a token.
func tokenFields(t client.Token) render.Fields {
	f := render.Fields{
		{Name: "profile", Value: t.Profile},
		{Name: "step", Value: string(t.Step)},
		{Name: "access_token", Value: t.AccessToken},
		{Name: "token_type", Value: t.TokenType},
	}
	f = append(f, expiryFields(t)...)
	return append(f, render.Fields{
		{Name: "refresh_token", Value: t.RefreshToken},
		{Name: "scope", Value: t.Scope},
		{Name: "id_token", Value: t.IDToken},
		{Name: "id_token_claims", Value: extraFields(t.IDTokenClaims)},
		{Name: "verified", Value: verifiedField(t)},
		{Name: "subject", Value: t.Subject},
		{Name: "tenant", Value: tenantFields(t.Tenant)},
		{Name: "extra", Value: extraFields(t.Extra)},
		{Name: "cached", Value: cachedField(t)},
		{Name: "raw", Value: rawField(t.Raw)},
	}...)
}

// expiryFields say when a token expires.
func expiryFields(t client.Token) (f render.Fields) {
	if t.ExpiresIn > 0 {
		f = append(f, render.Field{Name: "expires_in", Value: t.ExpiresIn})
	}
	if !t.ExpiresAt.IsZero() {
		f = append(f, render.Field{Name: "expires_at", Value: t.ExpiresAt.UTC().Format(time.RFC3339)}, render.Field{Name: "expires_source", Value: expiresSource(t)})
	}
	return f
}

// expiresSource says where expires_at comes from. Text output omits it if that is the
// vendor.
func expiresSource(t client.Token) any {
	if t.ExpiresSource == client.SourceVendor {
		return render.Implied(t.ExpiresSource)
	}
	return t.ExpiresSource
}

// cachedField says whether a token came from the cache; nil for tokens that are never
// cached.
func cachedField(t client.Token) any {
	if t.Step != profile.StepToken {
		return nil
	}
	return t.Cached
}

// verifiedField says whether the claims of an id_token are genuine; nil if they were not
// read, because the issuer is unknown.
func verifiedField(t client.Token) any {
	if t.IDTokenClaims == nil {
		return nil
	}
	return t.Verified
}

// userFields are the documented members of a user.
func userFields(u client.User) render.Fields {
	f := render.Fields{{Name: "profile", Value: u.Profile}, {Name: "step", Value: string(u.Step)}}
	for _, name := range oidc.UserFields() {
		f = append(f, render.Field{Name: name, Value: u.Field(name)})
	}
	return append(f, render.Fields{
		{Name: "tenant", Value: tenantFields(u.Tenant)},
		{Name: "extra", Value: extraFields(u.Extra)},
		{Name: "raw", Value: rawField(u.Raw)},
	}...)
}

func tenantFields(t client.Tenant) render.Fields {
	return render.Fields{{Name: "id", Value: t.ID}, {Name: "code", Value: t.Code}, {Name: "name", Value: t.Name}}
}

func extraFields(extra map[string]any) render.Fields {
	var f render.Fields
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		f = append(f, render.Field{Name: name, Value: extra[name]})
	}
	return f
}

// rawField is the vendor's response in a JSON result: as it came if it is JSON, otherwise
// as expressions see it, which is a string for plain text.
func rawField(raw []byte) any {
	decoded, err := new(profile.Step).Decode(0, nil, raw)
	if err != nil {
		return nil
	}
	if decoded.Form == body.JSON {
		text, _ := body.Body{Data: raw}.Text() // JSON must not start with a byte order mark
		return json.RawMessage(text)
	}
	return decoded.Value
}
