package emulator

import (
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// scrubber returns a scrubber of all secrets of this emulator and of the request.
func (c *call) scrubber() *scrub.Scrubber {
	if c.hides == nil {
		c.hides = &scrub.Scrubber{Stub: true, Base: c.v.known}
		c.hides.Add(scrub.Suspects(c.req.URL.RequestURI(), string(c.body[:min(len(c.body), ledger.Kept)]))...)
	}
	c.hides.Add(c.secrets()...) // again, because later findings add secrets
	return c.hides
}

// problems returns the findings for the [Event], at most 20, and the number of those left
// out.
func (c *call) problems() (out []Problem, left int) {
	const maxProblems = 20
	s := c.scrubber()
	for _, f := range c.findings {
		p := f.problem
		if p.Member == "" {
			continue
		}
		if len(out) == maxProblems {
			left++
			continue
		}
		expected, received := c.sides(p)
		out = append(out, Problem{Member: printable.Value(s.Scrub(p.Member)), Kind: p.Kind, Expected: expected, Received: received})
	}
	return out, left
}

// mayShow reports whether the value of a member may be shown.
func (c *call) mayShow(p recipe.Problem) bool {
	if c.s.isToken(p.Placeholder) && p.Inside != "" {
		return true // the header and the claims are not secret, only the whole token is
	}
	if p.Placeholder != "" {
		return !c.v.secret(p.Placeholder)
	}
	template, known := c.s.template(p.Member)
	return known && len(template.Placeholders()) == 0 || p.Member == "method" || p.Member == "path" || p.Member == "content-type"
}

// sides returns what was expected and what was received, or "" for nothing. Secret
// values are masked; descriptions are not. Other secrets in them are removed before they are cut.
func (c *call) sides(p recipe.Problem) (expected, received string) {
	expected, received = p.Expected.Reveal(), p.Got.Reveal()
	if p.Kind == recipe.Unread {
		received = unquoted(received)
	}
	words := p.Kind == recipe.Malformed || recipe.IsClientAuth(p.Placeholder)
	if literal := p.Kind == recipe.Missing && p.Placeholder == ""; !c.mayShow(p) && !words && !literal {
		expected = secret.Mask(expected)
	}
	if !c.mayShow(p) && !described(p) {
		received = secret.Mask(received)
	}
	if expected != "" {
		expected = printable.Value(c.scrubber().Scrub(expected))
	}
	if received != "" {
		received = printable.Value(c.scrubber().Scrub(received))
	}
	return expected, received
}

// described reports whether p.Got is a description by the recipe and not the
// received value, so that it contains no secret.
func described(p recipe.Problem) bool {
	return p.Kind == recipe.Malformed && (p.Expected.Reveal() == "one value" || strings.HasPrefix(p.Got.Reveal(), "a JSON ") ||
		slices.Contains([]string{"query", "form", "json", "body"}, p.Member))
}
