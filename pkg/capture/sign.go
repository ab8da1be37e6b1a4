package capture

import (
	"slices"
	"strings"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/verify"
)

// signs reports whether the step's signature, or another value that is made from a text, is made
// from an input.
func signs(s *profile.Step, name string) (uses bool) {
	s.EachMake(func(of string, _ recipe.Make) { uses = uses || s.MadeFrom(of, name) })
	return uses
}

// holders returns, by placeholder, which member of the request contains each value that was made
// from a text.
func holders(p *passed) map[string]string {
	out := map[string]string{}
	p.target.step.EachTemplate(func(key string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			m, made := p.target.step.Make(ph.Name)
			if made && m.IsText() && m.JWT == nil && !strings.HasPrefix(key, "sign.") && !p.target.seen.Values[ph.Name].IsZero() {
				out[ph.Name] = key
			}
		}
	})
	return out
}

// sign computes the signature, and other values that are made from a text, again for the kept
// request, because its stand-ins change them. A wrong signature gets a stand-in and stays wrong.
func (r *Proxy) sign(p *passed, x *fixture.Fixture) error {
	held := holders(p)
	if len(held) == 0 {
		return nil
	}
	for name, member := range held {
		r.replaceMade(p, x, member, name, r.standins.alias(name, p.target.seen.Values[name].Reveal()))
		if !r.isKnown(p, name) {
			x.Note = "the signature was not checked: its secret is not known here"
		} else if wrong(p, name) {
			delete(held, name)
		}
	}
	const nested = 2 // a signature may cover a digest
	for range nested {
		made, err := verify.Verifier{Profile: r.p, Refs: r.opts.Refs}.Made(x)
		if err != nil {
			return err
		}
		for name, member := range held {
			if made[name] != "" {
				r.replaceMade(p, x, member, name, made[name])
			}
		}
	}
	return nil
}

// wrong reports whether the client sent a value other than the one that the profile computes.
func wrong(p *passed, name string) bool {
	return slices.ContainsFunc(p.target.seen.Problems, func(problem recipe.Problem) bool {
		return problem.Placeholder == name && problem.Kind == recipe.Differs
	})
}

// isKnown reports whether all secrets that a value is made from are known.
func (r *Proxy) isKnown(p *passed, name string) bool {
	expected := r.expected(p.target.step, p.req, p.body)
	return !slices.ContainsFunc(p.target.step.Placeholders(), func(ph recipe.Placeholder) bool {
		_, known := expected.Text(ph.Name)
		return r.p.Inputs[ph.Name].Secret && p.target.step.MadeFrom(name, ph.Name) && !known && p.target.seen.Values[ph.Name].IsZero()
	})
}

// replaceMade sets the member that contains a value.
func (r *Proxy) replaceMade(p *passed, x *fixture.Fixture, member, name, value string) {
	text := value
	p.target.step.EachTemplate(func(key string, t recipe.Template) {
		if key == member {
			text, _ = t.Expand(func(other string) (string, bool) {
				if other == name {
					return value, true
				}
				return p.target.seen.Text(other)
			})
		}
	})
	m := &x.Request
	if group, name, _ := strings.Cut(member, "."); group == "headers" {
		m.Header.Set(name, text)
		return
	}
	f := func(key string, _ any) (string, bool) { return text, key == member }
	if path, query, has := strings.Cut(m.Start, "?"); has {
		m.Start = path + "?" + rewritePairs(query, "query", f)
	}
	if m.IsForm() {
		m.Body = rewritePairs(m.Body, "form", f)
	} else if m.Body != "" {
		m.Body = rewriteJSON(m.Body, "json", f)
	}
}
