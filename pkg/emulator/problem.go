package emulator

import (
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// scrubber knows every secret that is registered here, and those of the request.
func (c *call) scrubber() *secret.Scrubber {
	if c.hides == nil {
		c.hides = &secret.Scrubber{Stub: true}
		c.hides.Add(c.v.allSecrets...)
		c.hides.Add(secret.Suspects(c.req.URL.RequestURI(), string(c.body[:min(len(c.body), bodyLimit+margin)]))...)
	}
	c.hides.Add(c.secrets()...) // what was found since, too
	return c.hides
}

// problems are the findings as they are told, and how many are left out.
func (c *call) problems() (out []Problem, left int) {
	const most = 20
	s := c.scrubber()
	for _, f := range c.findings {
		p := f.problem
		if p.Member == "" {
			continue
		}
		if len(out) == most {
			left++
			continue
		}
		expected, received := c.sides(p)
		out = append(out, Problem{s.Scrub(shown(p.Member)), p.Kind, s.Scrub(expected), s.Scrub(received)})
	}
	return out, left
}

// open reports whether what a member holds may be told.
func (c *call) open(p recipe.Problem) bool {
	if p.Placeholder != "" {
		return !c.v.secret(p.Placeholder)
	}
	template, known := c.s.template(p.Member)
	return known && len(template.Placeholders()) == 0 || p.Member == "method" || p.Member == "path" || p.Member == "content-type"
}

// sides are what was expected and what came: values masked where they are secret,
// descriptions as they are. "" is nothing.
func (c *call) sides(p recipe.Problem) (expected, received string) {
	expected, received = p.Expected.Reveal(), p.Got.Reveal()
	if p.Kind == recipe.Unread {
		received = unquoted(received)
	}
	words := p.Kind == recipe.Malformed || recipe.IsClientAuth(p.Placeholder)
	if literal := p.Kind == recipe.Missing && p.Placeholder == ""; !c.open(p) && !words && !literal {
		expected = secret.Mask(expected)
	}
	if !c.open(p) && !described(p) {
		received = secret.Mask(received)
	}
	if expected != "" {
		expected = shown(expected)
	}
	if received != "" {
		received = shown(received)
	}
	return expected, received
}

// described reports whether what came is told in the recipe's words instead of
// its own, so that nothing in it is secret.
func described(p recipe.Problem) bool {
	return p.Kind == recipe.Malformed && (p.Expected.Reveal() == "one value" || strings.HasPrefix(p.Got.Reveal(), "a JSON ") ||
		slices.Contains([]string{"query", "form", "json", "body"}, p.Member))
}
