package emulator

import (
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// withYields returns a recipe in which the templates of a step that sends nothing take the
// place of the values that it yields, so that the emulator can check these.
func withYields(p *profile.Profile, r recipe.Recipe) recipe.Recipe {
	for _, s := range p.Steps() {
		if s.Sends() || s.Sign != nil { // {sign} would be that of the request
			continue
		}
		if !sharesMade(p, r, s) {
			r = r.Map(func(_ string, t recipe.Template) recipe.Template { return replaced(t, s.Yields) })
		}
	}
	return r
}

// replaced returns a template with the yielded values replaced with how they are made.
func replaced(t recipe.Template, yields map[string]recipe.Template) recipe.Template {
	var out strings.Builder
	for _, part := range t.Parts() {
		ph, is := part.Only()
		if made, ok := yields[ph.Name]; is && ok {
			part = made
		}
		out.WriteString(string(part))
	}
	return recipe.Template(out.String())
}

// sharesMade reports whether the request itself contains a value that the step makes anew.
// The two differ, but within one request each placeholder has one value.
func sharesMade(p *profile.Profile, r recipe.Recipe, s *profile.Step) bool {
	return slices.ContainsFunc(r.Placeholders(), func(ph recipe.Placeholder) bool { return p.IsMade(ph.Name) && s.Uses(ph.Name) })
}
