package profile

import (
	"fmt"

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

// RefusalOf returns the first refusal of a kind.
func (p *Profile) RefusalOf(kind string) (Refusal, bool) {
	for _, r := range p.Refusals {
		if r.Kind == kind {
			return r, true
		}
	}
	return Refusal{}, false
}

// CodeText is the vendor's code as text.
func (r Refusal) CodeText() string { return fmt.Sprint(r.Code) }

// Text says what the refusal means and what to do.
func (r Refusal) Text() lang.Text { return lang.Text{EN: r.EN, ZH: r.ZH} }
