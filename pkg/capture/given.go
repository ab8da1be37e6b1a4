package capture

import (
	"cmp"
	"slices"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/verify"
)

// given returns the values that the client used for its request: inputs and values from
// earlier steps, with stand-ins for secrets.
func (r *Proxy) given(p *passed) map[string]string {
	out := map[string]string{}
	s := p.target.step
	if s == nil {
		return out
	}
	for _, ph := range s.Placeholders() {
		names := []string{ph.Name}
		if recipe.IsClientAuth(ph.Name) {
			names = profile.ClientCredentials
		}
		for _, name := range names {
			if value := r.value(p, name); value != "" {
				out[name] = value
			}
		}
	}
	for _, name := range r.p.AddressInputs(s) {
		if text, ok := verify.GivenAddress(r.p, name, r.known); ok {
			out[name] = text
		}
	}
	return out
}

// value returns the value of an input or placeholder, or "" if it is generated or not
// known.
func (r *Proxy) value(p *passed, name string) string {
	in, input := r.p.Inputs[name]
	seen := p.target.seen.Values[name].Reveal()
	switch {
	case profile.IsMadeAnew(name), r.p.IsMade(name), r.p.IsKey(name), name == "base_url": // verify has an example key
		return ""
	case name == recipe.AuthMethod && input:
		method, _ := r.expected(p.target.step, p.req, p.body).Text(name)
		return method
	case !input || in.Secret:
		if known, ok := r.known.Text(name); ok && in.Secret {
			seen = known // the value sent may be wrong
		}
		if seen == "" && in.Secret && signs(p.target.step, name) {
			seen = cmp.Or(r.standins.latest(name), "unknown "+name) // it occurs only in the signature
		}
		if stand, ok := r.standins.known(seen); ok {
			return stand
		}
		if seen == "" {
			return ""
		}
		return r.standins.alias(name, seen)
	}
	if slices.Contains(r.p.AddressInputs(p.target.step), name) {
		return ""
	}
	if known, ok := r.known.Text(name); ok && name != "redirect_uri" && name != "scope" {
		return known
	}
	if seen == "" && signs(p.target.step, name) {
		return r.standins.latest(name)
	}
	return seen
}
