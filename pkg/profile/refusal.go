package profile

import (
	"fmt"
	"slices"

	"ssoctl/pkg/lang"
)

// Refusal returns the first refusal with that code.
func (p *Profile) Refusal(code string) (Refusal, bool) {
	for _, r := range p.Refusals {
		if r.CodeText() == code && code != "" {
			return r, true
		}
	}
	return Refusal{}, false
}

// Codes returns the first refusal of each code, which is the code's most likely
// meaning. The emulator uses the others to decide when to send the code.
func (p *Profile) Codes() []Refusal {
	var out []Refusal
	seen := map[string]bool{}
	for _, r := range p.Refusals {
		if code := r.CodeText(); !seen[code] {
			seen[code] = true
			out = append(out, r)
		}
	}
	return out
}

// RefusalOf returns the first refusal of a kind that concerns no particular member and
// whose code identifies the kind. A vendor may use one code for several kinds.
func (p *Profile) RefusalOf(kind Kind) (Refusal, bool) {
	for _, r := range p.Refusals {
		if first, _ := p.Refusal(r.CodeText()); r.Kind == kind && r.Member == "" && first.Kind == kind {
			return r, true
		}
	}
	return Refusal{}, false
}

// RefusalFor returns the first refusal of a kind that concerns the member of a
// request, such as grant_type. If there is none, it returns the first one that
// concerns no particular member, never one about another member.
func (p *Profile) RefusalFor(kind Kind, member string) (Refusal, bool) {
	if r, ok := p.RefusalAbout(kind, member); ok {
		return r, true
	}
	return p.RefusalAbout(kind, "")
}

// RefusalAbout returns the first refusal of a kind that concerns exactly that member,
// "" for no particular member.
func (p *Profile) RefusalAbout(kind Kind, member string) (Refusal, bool) {
	i := slices.IndexFunc(p.Refusals, func(r Refusal) bool { return r.Kind == kind && r.Member == member })
	if i < 0 {
		return Refusal{}, false
	}
	return p.Refusals[i], true
}

// CodeText returns the vendor's code as a string.
func (r Refusal) CodeText() string { return fmt.Sprint(r.Code) }

// Text returns what the refusal means and what to do about it.
func (r Refusal) Text() lang.Text { return lang.Text{EN: r.EN, ZH: r.ZH} }
