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

// RefusalOf returns the first refusal of a kind that is about no member in
// particular.
func (p *Profile) RefusalOf(kind string) (Refusal, bool) { return p.RefusalFor(kind, "") }

// RefusalFor returns the first refusal of a kind that is about that member of a
// request, such as grant_type, else RefusalOf the kind.
func (p *Profile) RefusalFor(kind, member string) (Refusal, bool) {
	var of []Refusal
	for _, r := range p.Refusals {
		if r.Kind == kind {
			of = append(of, r)
		}
	}
	for _, member := range []string{member, ""} {
		if i := slices.IndexFunc(of, func(r Refusal) bool { return r.Member == member }); i >= 0 {
			return of[i], true
		}
	}
	return Refusal{}, false
}

// CodeText is the vendor's code as text.
func (r Refusal) CodeText() string { return fmt.Sprint(r.Code) }

// Text says what the refusal means and what to do.
func (r Refusal) Text() lang.Text { return lang.Text{EN: r.EN, ZH: r.ZH} }
