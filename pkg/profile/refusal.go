package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
)

// Refusal returns the refusal with this code and the longest Message that is part of the
// vendor's message; the first if there are several. message is "" if unknown.
func (p *Profile) Refusal(code, message string) (best Refusal, ok bool) {
	if code == "" {
		return Refusal{}, false
	}
	for _, r := range p.Refusals {
		if r.CodeText() == code && strings.Contains(message, r.Message) && (!ok || len(r.Message) > len(best.Message)) {
			best, ok = r, true
		}
	}
	return best, ok
}

// Codes returns the first refusal of each code and Message, which is their most likely
// meaning. The emulator uses the others to decide when to send the code.
func (p *Profile) Codes() []Refusal {
	var out []Refusal
	seen := map[[2]string]bool{}
	for _, r := range p.Refusals {
		if id := [2]string{r.CodeText(), r.Message}; !seen[id] {
			seen[id] = true
			out = append(out, r)
		}
	}
	return out
}

// RefusalOf returns the first refusal of a kind that concerns no particular member and
// whose code and message identify the kind. A vendor may use one code for several kinds.
func (p *Profile) RefusalOf(kind Kind) (Refusal, bool) {
	for _, r := range p.Refusals {
		if first, _ := p.Refusal(r.CodeText(), r.Message); r.Kind == kind && r.Member == "" && first.Kind == kind {
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
func (r Refusal) CodeText() string {
	switch code := r.Code.(type) {
	case string:
		return code
	case int64:
		return strconv.FormatInt(code, 10)
	}
	return fmt.Sprint(r.Code)
}

// Text returns what the refusal means and what to do about it.
func (r Refusal) Text() lang.Text { return lang.Text{EN: r.EN, ZH: r.ZH} }

// WithGuess adds what is unverified in the profile, because that may be the cause.
func WithGuess(t, guess lang.Text) lang.Text {
	if guess.IsZero() {
		return t
	}
	return lang.Join(t, lang.Sprintf(lang.Text{EN: "Unverified: %s", ZH: "推测：%s"}, guess).Ended())
}
