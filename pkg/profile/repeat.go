package profile

import (
	"slices"

	"ssoctl/pkg/recipe"
)

// IsRepeatable reports whether a request of the step can safely be sent again, even if the
// server may have received the first: it contains nothing that works only once. No other code
// decides this.
func (p *Profile) IsRepeatable(s *Step) bool {
	return !slices.ContainsFunc(p.contents(s), p.mayBeUsedUp)
}

// SendsValue reports whether the request of the step contains the value of a placeholder, even
// as part of a value that another step yields. A step that sends nothing has no request.
func (p *Profile) SendsValue(s *Step, name string) bool {
	return s.Sends() && slices.Contains(p.contents(s), name)
}

// contents returns the names of all values from which the step's request is made. They include
// those from which a step with yields makes a value of the request.
func (p *Profile) contents(s *Step) []string {
	var names []string
	add := func(r recipe.Recipe) {
		for _, ph := range r.Placeholders() {
			if !slices.Contains(names, ph.Name) {
				names = append(names, ph.Name)
			}
		}
	}
	add(s.Recipe)
	for i := 0; i < len(names); i++ {
		for _, yielding := range p.Steps() {
			if t, yields := yielding.Yields[names[i]]; yields {
				one := yielding.Recipe
				one.Yields = map[string]recipe.Template{names[i]: t} // not the others that the step yields
				add(one)
			}
		}
	}
	return names
}

// mayBeUsedUp reports whether the value of a placeholder may work only once: a code, a
// refresh token, which the server may replace, and any other credential of a login, such as a
// ticket. Access tokens work many times. So do inputs, which the user gives for many runs,
// and values that the application gets without a login.
func (p *Profile) mayBeUsedUp(name string) bool {
	in, isInput := p.Inputs[name]
	switch {
	case slices.Contains([]string{"code", "code_verifier", "device_code", "refresh_token"}, name):
		return true
	case slices.Contains([]string{"access_token", AppToken, "token"}, name), !IsSecretName(name):
		return false // token is what introspect and revoke are about
	case isInput && !in.Undeclared, p.IsMade(name):
		return false
	}
	source := p.source(name, func(*Step) bool { return false })
	return source == nil || !p.OfApplication(source)
}
