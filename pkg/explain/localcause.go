package explain

import (
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// localCauses returns what may explain a refusal in this set-up: the values of the inputs that
// its meaning names, and the lifetimes of the profile's codes and tokens.
func (f Found) localCauses(l lang.Lang) []string {
	if f.Emulated {
		return nil // the values of the inputs are the emulator's
	}
	p := f.Profiles[0]
	var out []string
	for _, name := range p.InputNames() {
		if _, from := p.Given(name); name == recipe.AuthMethod && from.From == "default" {
			continue // the client's credentials and the metadata may decide otherwise
		}
		if f.How == Listed && names(f.Meaning.EN, name) {
			if value, from := p.Shown(name); value != "" {
				out = append(out, name+" = "+value+"  ["+from.In(l)+"]")
			}
		}
	}
	if len(f.Steps) == 0 && f.How == Unlisted {
		return nil // an HTTP status alone does not belong to a profile
	}
	lasts := func(what lang.Text, d time.Duration, steps []profile.StepName) {
		if d > 0 && len(steps) > 0 {
			out = append(out, lang.Sprintf(lang.Text{EN: "%s lasts %s (%s)", ZH: "%s有效期 %s（%s）"}, what, lang.Span(d), lang.List(steps)).In(l))
		}
	}
	switch f.Kind {
	case profile.KindInvalidCode, profile.KindExpiredCode, profile.KindUsedCode:
		if known, _ := p.Refusal(f.Code, f.Message); p.Authorize != nil && known.Member == "" { // a refusal with a Member is about another code, such as a device_code
			var takers []profile.StepName
			for _, s := range p.Steps() {
				if p.SendsValue(s, "code") {
					takers = append(takers, s.Name)
				}
			}
			lasts(lang.Text{EN: "a code works once and", ZH: "code 只能用一次，"}, p.Authorize.Callback.Lifetime, takers)
		}
	case profile.KindInvalidToken, profile.KindExpiredToken:
		for _, s := range p.Steps() {
			if s != p.Authorize && s.Name != profile.StepDevice { // these return codes
				lasts(lang.Text{EN: "a token", ZH: "令牌"}, s.Lifetime, []profile.StepName{s.Name})
			}
		}
	}
	return out
}
