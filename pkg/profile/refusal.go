package profile

import (
	"fmt"
	"slices"

	"ssoctl/pkg/lang"
)

// Refusal returns what the profile knows of a vendor's code.
func (p *Profile) Refusal(code string) (Refusal, bool) {
	for _, r := range p.Refusals {
		if r.CodeText() == code && code != "" {
			return r, true
		}
	}
	return Refusal{}, false
}

// Codes returns the first refusal of each code: what the code most likely means. The
// others of a code only tell the emulator when a vendor sends it.
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

// RefusalOf returns the first refusal of a kind that is about no member in
// particular, and whose code alone tells the kind: a vendor may have one code for
// several.
func (p *Profile) RefusalOf(kind string) (Refusal, bool) {
	for _, r := range p.Refusals {
		if first, _ := p.Refusal(r.CodeText()); r.Kind == kind && r.Member == "" && first.Kind == kind {
			return r, true
		}
	}
	return Refusal{}, false
}

// RefusalFor returns the first refusal of a kind that is about that member of a
// request, such as grant_type, or else about no member in particular. One about
// another member would say something untrue.
func (p *Profile) RefusalFor(kind, member string) (Refusal, bool) {
	if r, ok := p.RefusalAbout(kind, member); ok {
		return r, true
	}
	return p.RefusalAbout(kind, "")
}

// RefusalAbout returns the first refusal of a kind that is about exactly that
// member, "" for no member in particular.
func (p *Profile) RefusalAbout(kind, member string) (Refusal, bool) {
	i := slices.IndexFunc(p.Refusals, func(r Refusal) bool { return r.Kind == kind && r.Member == member })
	if i < 0 {
		return Refusal{}, false
	}
	return p.Refusals[i], true
}

// CodeText is the vendor's code as text.
func (r Refusal) CodeText() string { return fmt.Sprint(r.Code) }

// Text says what the refusal means and what to do.
func (r Refusal) Text() lang.Text { return lang.Text{EN: r.EN, ZH: r.ZH} }
