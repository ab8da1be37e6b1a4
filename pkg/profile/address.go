package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

// AddressInputs are the inputs with which the URL of one of the steps begins, or
// the default of such an input, in alphabetical order.
func (p *Profile) AddressInputs(steps ...*Step) []string {
	var out []string
	var add func(t recipe.Template)
	add = func(t recipe.Template) {
		first := t.Placeholders()
		if len(first) == 0 || !strings.HasPrefix(string(t), "{"+first[0].Name) {
			return
		}
		name := first[0].Name
		if in, ok := p.Inputs[name]; ok && !slices.Contains(out, name) {
			out = append(out, name)
			add(in.Default)
		}
	}
	for _, s := range steps {
		add(s.URL)
	}
	slices.Sort(out)
	return out
}
