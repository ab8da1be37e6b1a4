package emulator

import (
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// A signature may cover a value that the request does not contain, such as an application's
// ticket. The emulator then tries the values that it has issued.

// maxTried is how many values of a placeholder are tried, the newest first.
const maxTried = 16

// unsentBy returns the placeholders whose values a request's signatures cover but the request
// does not contain, and that a client learns from a response.
func (v *vendor) unsentBy(s *step) []string {
	sent := map[string]bool{}
	s.EachTemplate(func(key string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			sent[ph.Name] = sent[ph.Name] || !strings.HasPrefix(key, "sign.")
		}
	})
	var out []string
	s.EachMake(func(_ string, m recipe.Make) {
		m.EachTemplate(func(_ string, t recipe.Template) {
			for _, ph := range t.Placeholders() {
				if !sent[ph.Name] && (v.fromResponse[ph.Name] || ph.Name == profile.AppToken) && !slices.Contains(out, ph.Name) {
					out = append(out, ph.Name)
				}
			}
		})
	})
	return out
}

// supplyUnsent recognises the request again with issued values until its signatures are
// right. If they never are, the diagnosis uses the newest values.
func (e *Emulator) supplyUnsent(c *call) {
	if len(c.s.unsent) == 0 || !c.hasWrongDerived(c.seen) {
		return
	}
	var first *recipe.Seen
	for i := range maxTried {
		values := e.issuedValues(c, i)
		if values == nil {
			break
		}
		known := maps.Clone(c.v.expect.Known)
		maps.Copy(known, values)
		expect := c.v.expect
		expect.Known = known
		seen := c.s.Recognise(c.req, c.body, expect)
		if first == nil {
			first, c.expect = &seen, expect
		}
		if !c.hasWrongDerived(seen) {
			first, c.expect = &seen, expect
			break
		}
	}
	if first == nil {
		return
	}
	c.seen = *first
	for _, name := range c.s.unsent {
		if v, ok := c.expect.Known[name].(secret.String); ok && c.seen.Values != nil {
			c.seen.Values[name] = v
		}
	}
}

func (c *call) hasWrongDerived(seen recipe.Seen) bool {
	return slices.ContainsFunc(seen.Problems, func(p recipe.Problem) bool {
		_, derived := seen.Derivations[p.Placeholder]
		return derived && p.Kind == recipe.Differs
	})
}

// issuedValues returns the i-th newest issued value of each unsent placeholder (0 is the
// newest), or nil if there are fewer. The caller does not hold the lock.
func (e *Emulator) issuedValues(c *call, i int) recipe.Values {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := recipe.Values{}
	for _, name := range c.s.unsent {
		text, ok := e.state.responseValues.newest(c.v.p.Name, name, i)
		if name == profile.AppToken {
			text, ok = e.state.apps.newest(c.v.p.Name, name, i)
		}
		if !ok {
			return nil
		}
		out[name] = secret.New(text)
	}
	return out
}
