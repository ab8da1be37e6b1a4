package profiletext

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Provenance says in a line how well the steps of a profile are documented.
func Provenance(p *profile.Profile, l lang.Lang) string {
	var words []string
	steps := map[string][]string{}
	for _, s := range p.Steps() {
		known := s.Provenance().In(l)
		if steps[known] == nil {
			words = append(words, known)
		}
		steps[known] = append(steps[known], string(s.Name))
	}
	for i, known := range words {
		words[i] = known + lang.Text{EN: ": ", ZH: "："}.In(l) + strings.Join(steps[known], " ")
	}
	return strings.Join(words, lang.Text{EN: "; ", ZH: "；"}.In(l))
}
