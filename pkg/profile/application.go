package profile

import (
	"slices"

	"ssoctl/pkg/recipe"
)

// ofLogin are the placeholders whose values belong to one login.
var ofLogin = slices.Concat([]string{"code", "access_token", "refresh_token", "redirect_uri"}, PerRun)

// OfApplication reports whether a step is about the application and not about a login, so
// that its response can be used again until it expires: [token], and the vendor's own steps
// that do not depend on a login.
func (p *Profile) OfApplication(s *Step) bool {
	return s == p.Token || s.Name.IsOwn() && !slices.Contains(KnownSteps, s.Name) && s.With == "" && s.Yields == nil && p.isFree(s, map[*Step]bool{})
}

// isFree reports whether the step uses no value of a login, neither directly nor through the
// steps that supply its values. seen are the steps that led here.
func (p *Profile) isFree(s *Step, seen map[*Step]bool) bool {
	if s == p.Token {
		return true
	}
	if seen[s] {
		return false
	}
	seen[s] = true
	defer delete(seen, s)
	return !slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool {
		in, isInput := p.Inputs[ph.Name]
		switch {
		case slices.Contains(ofLogin, ph.Name), in.Undeclared:
			return true
		case isInput, ph.Name == AppToken, p.IsMade(ph.Name):
			return false
		}
		source := p.source(ph.Name, func(other *Step) bool { return other == s })
		return source == nil || !p.isFree(source, seen)
	})
}

// source returns the step that runs if another step needs a value; nil if there is none. It
// skips steps for which excluded returns true.
func (p *Profile) source(name string, excluded func(*Step) bool) *Step {
	for _, s := range p.Steps() {
		if s.Provides(name) && !s.role().explicit && !excluded(s) {
			return s
		}
	}
	return nil
}
