package capture

import (
	"slices"
	"strings"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/verify"
)

// signs reports whether the step's signature uses an input.
func signs(s *profile.Step, name string) bool {
	if s.Sign == nil {
		return false
	}
	return slices.ContainsFunc(slices.Concat(s.Sign.Text.Placeholders(), s.Sign.Key.Placeholders()), func(ph recipe.Placeholder) bool { return ph.Name == name })
}

// sign replaces the signature with one that is correct for the kept request, which contains
// stand-ins. A wrong signature gets a stand-in and stays wrong.
func (r *Proxy) sign(p *passed, x *fixture.Fixture) error {
	s := p.target.step
	member := ""
	s.EachTemplate(func(key string, t recipe.Template) {
		if t.Is("sign") {
			member = key
		}
	})
	sent := p.target.seen.Values["sign"]
	if s.Sign == nil || member == "" || sent.IsZero() {
		return nil
	}
	stand := r.standins.alias("sign", sent.Reveal())
	r.replaceSign(x, member, stand)
	wrong := slices.ContainsFunc(p.target.seen.Problems, func(problem recipe.Problem) bool {
		return problem.Placeholder == "sign" && problem.Kind == recipe.Differs
	})
	if !r.signKnown(p) {
		x.Note = "the signature was not checked: its secret is not known here"
	} else if wrong {
		return nil
	}
	made, err := verify.Verifier{Profile: r.p, Refs: r.opts.Refs}.Sign(x)
	if err == nil && made != "" {
		r.replaceSign(x, member, made)
	}
	return err
}

// signKnown reports whether all secrets used in the step's signature are known.
func (r *Proxy) signKnown(p *passed) bool {
	expected := r.expected(p.target.step, p.req, p.body)
	return !slices.ContainsFunc(p.target.step.Placeholders(), func(ph recipe.Placeholder) bool {
		_, known := expected.Text(ph.Name)
		return r.p.Inputs[ph.Name].Secret && signs(p.target.step, ph.Name) && !known && p.target.seen.Values[ph.Name].IsZero()
	})
}

// replaceSign sets the member that contains the signature.
func (r *Proxy) replaceSign(x *fixture.Fixture, member, text string) {
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
