package profile

import (
	"slices"

	"ssoctl/pkg/recipe"
)

// IsRepeatable reports whether a request of the step can safely be sent again, even if the
// server may have received the first: it contains nothing that works only once. No other code
// decides this.
func (p *Profile) IsRepeatable(s *Step) bool {
	return !slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool { return p.mayBeUsedUp(ph.Name) })
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
