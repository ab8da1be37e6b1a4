package jwt

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// Verification is what is known about a token's origin.
type Verification struct {
	Compared []string  // what was compared and is valid, such as signature; empty if nothing was
	Reason   lang.Text // why nothing was compared
}

// View shows tokens.
type View struct {
	Lang          lang.Lang
	Now           time.Time
	ShowSignature bool
}

// Result returns a token for people and, with the members of docs/output.md, for programs.
func (v View) Result(t Token, by Verification) (render.Result, error) {
	f := render.Fields{
		{Name: "header", Value: ordered(t.Header)},
		{Name: "claims", Value: ordered(t.Claims)},
		{Name: "times", Value: times(t.Claims)},
	}
	if at, ok := oidc.Time(t.Claims["exp"]); ok {
		f = append(f, render.Field{Name: "expired", Value: !v.Now.Before(at)})
	}
	if v.ShowSignature {
		f = append(f, render.Field{Name: "signature", Value: secret.New(t.Signature)})
	}
	f = append(f, render.Field{Name: "verified", Value: len(by.Compared) > 0})
	if len(by.Compared) > 0 {
		f = append(f, render.Field{Name: "compared", Value: render.List(by.Compared)})
	}
	f = append(f, render.Field{Name: "reason", Value: by.Reason.In(v.Lang)})
	text, err := render.Lines(v.lines(t, by))
	return render.Result{Fields: f, Text: text}, err
}

// ordered returns members sorted by name, after those that identify the token.
func ordered(members map[string]any) (f render.Fields) {
	first := []string{"alg", "kid", "iss", "sub", "aud", "azp"}
	for _, name := range slices.Concat(first, slices.Sorted(maps.Keys(members))) {
		value, has := members[name]
		if has && !slices.ContainsFunc(f, func(f render.Field) bool { return f.Name == name }) {
			f = append(f, render.Field{Name: name, Value: value})
		}
	}
	return f
}

// times returns the claims that are times, in the format of RFC 3339.
func times(claims map[string]any) (f render.Fields) {
	for _, name := range oidc.TimeClaims {
		if at, ok := oidc.Time(claims[name]); ok {
			f = append(f, render.Field{Name: name, Value: at.Format(time.RFC3339)})
		}
	}
	return f
}

// lines are the fields of the text.
func (v View) lines(t Token, by Verification) render.Fields {
	claims := ordered(t.Claims)
	for i, c := range claims {
		if number, is := c.Value.(json.Number); is && slices.Contains(oidc.TimeClaims, c.Name) {
			claims[i].Value = v.inWords(c.Name, number)
		}
	}
	verified := by.Reason
	switch {
	case len(by.Compared) > 0:
		verified = lang.Sprintf(lang.Text{EN: "yes: %s", ZH: "是：%s"}, lang.List(by.Compared))
	default:
		verified = lang.Sprintf(lang.Text{EN: "no: %s", ZH: "否：%s"}, verified)
	}
	f := render.Fields{{Name: "header", Value: ordered(t.Header)}, {Name: "claims", Value: claims}}
	if t.Encrypted {
		hidden := lang.Text{EN: "encrypted (JWE): only the holder of the key can read them", ZH: "已加密（JWE）：只有持有密钥的一方能读取"}
		f[1].Value = hidden.In(v.Lang)
	}
	if v.ShowSignature {
		f = append(f, render.Field{Name: "signature", Value: t.Signature})
	}
	return append(f, render.Field{Name: "verified", Value: verified.In(v.Lang)})
}
