package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

// AddressInputs returns the inputs that supply the start of the URLs of the steps,
// sorted. It includes the inputs that start the default of such an input.
func (p *Profile) AddressInputs(steps ...*Step) []string {
	return p.addressInputs(steps, func(string) bool { return true })
}

// AddressInputsInUse is [Profile.AddressInputs] for one step and the current values: it
// ignores the default of an input that has a value.
func (p *Profile) AddressInputsInUse(s *Step) []string {
	return p.addressInputs([]*Step{s}, func(name string) bool {
		_, given := p.values[name]
		return !given
	})
}

func (p *Profile) addressInputs(steps []*Step, follows func(name string) bool) []string {
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
			if follows(name) {
				add(in.Default)
			}
		}
	}
	for _, s := range steps {
		add(s.URL)
		for _, also := range s.Also {
			add(also.URL)
		}
	}
	slices.Sort(out)
	return out
}
