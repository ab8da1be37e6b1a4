package emulator

import (
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// withYields returns r with placeholders replaced. If a step that sends no request yields a
// placeholder's value, the step's template replaces the placeholder, so that the emulator can
// check the value.
func withYields(p *profile.Profile, r recipe.Recipe) recipe.Recipe {
	for _, s := range p.Steps() {
		if s.Sends() || s.Sign != nil { // in r, {sign} is the request's signature, not that of s
			continue
		}
		if !sharesMade(p, r, s) {
			r = r.Map(func(_ string, t recipe.Template) recipe.Template { return replaced(t, s.Yields) })
		}
	}
	return r
}

// replaced returns t with each placeholder in yields replaced by its template.
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

// sharesMade reports whether r and s use the same made value. s makes another one than r, but
// in one recipe a placeholder has only one value.
func sharesMade(p *profile.Profile, r recipe.Recipe, s *profile.Step) bool {
	return slices.ContainsFunc(r.Placeholders(), func(ph recipe.Placeholder) bool { return p.IsMade(ph.Name) && s.Uses(ph.Name) })
}
