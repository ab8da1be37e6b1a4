package signature

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// IsToken reports whether the signature is a JWT.
func (s Signature) IsToken() bool { return s.recipe().JWT != nil }

// tokenParts returns the members of a JWT's header and claims.
func (s Signature) tokenParts() []part {
	var out []part
	header, claims := s.derivation().Token()
	for _, of := range []struct {
		name    string
		members map[string]any
	}{{"header", header}, {"claims", claims}} {
		for _, name := range slices.Sorted(maps.Keys(of.members)) {
			text, is := of.members[name].(string)
			if !is {
				encoded, _ := exactjson.Encode(of.members[name])
				text = string(encoded)
			}
			out = append(out, part{of.name + "." + name, s.shown(text)})
		}
	}
	return out
}

// Token is a given JWT, compared with the one that the profile makes. Its signature is verified and
// not compared, because signing the same claims again may give another signature.
type Token struct {
	Signature
	token    string
	problems []recipe.Problem
}

// CheckToken compares a JWT with the one that the profile makes, except for times.
func (s Signature) CheckToken(token string) Token {
	of, _ := s.Signed.Derivation(s.Name)
	return Token{s, token, s.Step.CheckToken(token, of)}
}

// Err returns a [*failure.CheckError] if the token differs from the profile.
func (t Token) Err() error {
	if t.OK() {
		return nil
	}
	return failure.Checkf(lang.Text{EN: "%s: %s: the token differs from the profile", ZH: "%s：%s：令牌与接入配置不一致"}, t.Profile.Name, t.Step.Name)
}

// OK reports whether the token matches the profile.
func (t Token) OK() bool { return len(t.problems) == 0 }

// differences returns a line about each difference.
func (t Token) differences() []string {
	var out []string
	for _, p := range t.problems {
		expected, got := t.Scrub.Scrub(p.Expected.Reveal()), t.Scrub.Scrub(p.Got.Reveal())
		switch {
		case p.Inside == "signature":
			out = append(out, "signature: "+expected)
		case p.Kind == recipe.Missing && p.Inside != "":
			out = append(out, p.Inside+": "+lang.Text{EN: "is missing", ZH: "缺失"}.In(t.Lang))
		case p.Inside == "":
			out = append(out, lang.Sprintf(lang.Text{EN: "expected %s", ZH: "应为 %s"}, expected).In(t.Lang))
		default:
			out = append(out, p.Inside+": "+lang.Sprintf(lang.Text{EN: "expected %s, got %s", ZH: "应为 %s，得到 %s"}, printable.Value(expected), printable.Value(got)).In(t.Lang))
		}
	}
	return out
}

// Fields returns the comparison for programs (docs/output.md).
func (t Token) Fields() render.Fields {
	differences := []any{}
	for _, line := range t.differences() {
		differences = append(differences, line)
	}
	return render.Fields{
		{Name: "profile", Value: t.Profile.Name},
		{Name: "step", Value: string(t.Step.Name)},
		{Name: "as_the_profile", Value: t.OK()},
		{Name: "differences", Value: differences},
	}
}

// Text says how the token differs from the profile, or what to check if it does not.
func (t Token) Text() string {
	if t.OK() {
		return lang.Text{
			EN: "The profile's key signed this token, and its claims match the profile. If the vendor\nrefuses it, check its times, and the public key that is registered with the vendor.",
			ZH: "这个令牌由接入配置的密钥签名，声明与接入配置一致。若仍被拒绝，请检查其中的时间，\n以及厂商保存的是哪个公钥。",
		}.In(t.Lang)
	}
	var b strings.Builder
	b.WriteString(lang.Text{EN: "The token differs from the profile:", ZH: "这个令牌与接入配置不一致："}.In(t.Lang) + "\n")
	for _, line := range t.differences() {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
