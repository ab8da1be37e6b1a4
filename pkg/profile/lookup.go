package profile

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// Values resolves the inputs among the names: it follows references, expands defaults,
// and checks types and patterns. Optional inputs without a value are left out. If
// required ones have no value, the error is a [*MissingError] that lists them all.
func (p *Profile) Values(names []recipe.Placeholder, refs reference.Resolver) (recipe.Values, error) {
	r := lookup{p: p, refs: refs, out: recipe.Values{}, absent: map[string]bool{}}
	var missing []MissingInput
	for _, ph := range names {
		in, ok := p.Inputs[ph.Name]
		if !ok {
			continue
		}
		found, err := r.input(ph.Name, nil)
		if err != nil {
			return nil, err
		}
		if found || ph.Optional {
			continue
		}
		lacking := r.lacking(in.Default)
		if len(lacking) == 0 {
			if lacking, err = r.source(ph.Name, in); err != nil {
				return nil, err
			}
		}
		missing = append(missing, lacking...)
	}
	if len(missing) > 0 {
		slices.SortFunc(missing, func(a, b MissingInput) int { return strings.Compare(a.Name, b.Name) })
		missing = slices.CompactFunc(missing, func(a, b MissingInput) bool { return a.Name == b.Name })
		return nil, &MissingError{p.Name, missing}
	}
	return r.out, nil
}

// source returns what to give for a missing input: the input itself or, for an endpoint that
// the profile expects from the issuer's metadata, the issuer or what its default lacks.
func (r *lookup) source(name string, in Input) ([]MissingInput, error) {
	issuer, declared := r.p.Inputs[oidc.IssuerInput]
	if declared && (issuer.Required || issuer.Default != "") && !in.Required && oidc.IsEndpoint(name) {
		found, err := r.input(oidc.IssuerInput, nil)
		if lacking := r.lacking(issuer.Default); len(lacking) > 0 {
			return lacking, err
		}
		if err != nil || !found {
			return []MissingInput{{oidc.IssuerInput, issuer}}, err
		}
	}
	return []MissingInput{{name, in}}, nil
}

// lookup resolves inputs, each once.
type lookup struct {
	p      *Profile
	refs   reference.Resolver
	out    recipe.Values
	absent map[string]bool // inputs that were resolved and have no value
}

// input stores the value of one input in out, and reports whether it has one. within
// are the inputs whose defaults led here.
func (r *lookup) input(name string, within []string) (bool, error) {
	if _, done := r.out[name]; done {
		return true, nil
	}
	if r.absent[name] {
		return false, nil
	}
	if slices.Contains(within, name) {
		return false, r.p.errorf([]string{"inputs", name, "default"}, lang.Text{EN: "refers to itself: %s", ZH: "引用了自身：%s"}, strings.Join(append(within, name), " → "))
	}
	in := r.p.Inputs[name]
	text, given, err := r.given(name)
	if err != nil {
		return false, err
	}
	if !given && in.Default != "" {
		in.Secret = in.Secret || r.p.holdsSecret(in.Default)
		if text, given, err = r.expand(name, append(within, name)); err != nil {
			return false, err
		}
	}
	if !given {
		if text, given, err = r.p.ask(name); err != nil {
			return false, err
		}
	}
	if !given || text == "" {
		r.absent[name] = true
		return false, nil
	}
	v, fault := r.p.typed(name, in, text)
	if fault != nil {
		return false, fault
	}
	r.out[name] = v
	return true, nil
}

// typed converts text to the input's type. The error points to where the text came
// from.
func (p *Profile) typed(name string, in Input, text string) (any, *Error) {
	v, err := in.Typed(text)
	o := p.values[name].Origin
	if bad := p.checkKey(name, text); err == nil && bad != nil {
		return nil, &Error{File: o.File, Line: o.Line, Key: name, Problem: lang.Of(bad), Hint: in.help()}
	}
	if err == nil && slices.Contains(returnInputs, name) {
		err = in.CheckRedirectURI(text)
	}
	if err == nil {
		return v, nil
	}
	return nil, Error{File: o.File, Line: o.Line, Key: name, Hint: in.Advice(err)}.saying(lang.Text{EN: "%s %s", ZH: "%s%s"}, in.quoted(text), err)
}

// quoted returns a value in quotes for a message; words for a secret one.
func (in Input) quoted(text string) lang.Text {
	if in.Secret {
		return lang.Text{EN: "its value", ZH: "它的值"}
	}
	return lang.Sprintf(lang.Text{EN: "%q", ZH: "%q "}, text)
}

// given returns the value given to an input, with its reference resolved.
func (r *lookup) given(name string) (string, bool, error) {
	v, ok := r.p.values[name]
	if !ok {
		return "", false, nil
	}
	if v.verbatim || v.Verbatim {
		return v.text, true, nil
	}
	refs := r.refs
	if v.file != nil {
		refs.Dir, refs.Commands = v.file.Dir, true
	}
	if r.p.Inputs[name].Secret {
		refs = refs.ForSecret()
	}
	resolved, err := refs.Resolve(v.text)
	if errors.Is(err, context.Canceled) { // during a prompt
		return "", false, err
	}
	if err != nil {
		return "", false, &Error{File: v.File, Line: v.Line, Key: name, Problem: lang.Of(err), Hint: referenceHint(name, err)}
	}
	return resolved.Reveal(), true, nil
}

// referenceHint says what to do about a reference that cannot be resolved.
func referenceHint(name string, err error) lang.Text {
	var advised interface{ Hint() lang.Text }
	switch {
	case errors.As(err, &advised):
		return advised.Hint()
	case errors.Is(err, reference.ErrCommand):
		return lang.Text{
			EN: "If you trust its author, add --allow-cmd or move it to your own configuration.",
			ZH: "如果信任写它的人，请加 --allow-cmd，或写进自己的配置文件。",
		}
	}
	return lang.Text{
		EN: "Correct it there, or give another value with --set " + name + "=…",
		ZH: "请在该处改正，或另行给出：--set " + name + "=…",
	}
}

// expand returns the expanded default of an input. There is no value if any
// placeholder in it lacks one, even an optional one.
func (r *lookup) expand(name string, within []string) (string, bool, error) {
	t := r.p.Inputs[name].Default
	size, whole := literalSize(t), true
	for _, ph := range t.Placeholders() { // do not stop early: all missing inputs are reported
		found, err := r.input(ph.Name, within)
		if err != nil {
			return "", false, err
		}
		whole = whole && found
		text, _ := r.out.Text(ph.Name)
		if size += len(text); size > maxDefault {
			return "", false, r.p.errorf([]string{"inputs", name, "default"}, lang.Text{EN: "larger than %d KiB with the values of its placeholders", ZH: "填入占位符的值后超过 %d KiB"}, maxDefault>>10)
		}
	}
	if !whole {
		return "", false, nil
	}
	text, _ := t.ExpandAddress(r.out.Text)
	return text, true, nil
}

// literalSize returns the size in bytes of a template without its placeholders.
func literalSize(t recipe.Template) int {
	n := 0
	for _, part := range t.Parts() {
		if len(part.Placeholders()) == 0 {
			n += len(part)
		}
	}
	return n
}

// lacking returns the inputs that a default needs, directly or indirectly, and that have
// no value.
func (r *lookup) lacking(t recipe.Template) []MissingInput {
	var out []MissingInput
	for _, name := range r.p.needs(t) {
		if in := r.p.Inputs[name]; r.absent[name] && in.Default == "" {
			out = append(out, MissingInput{name, in})
		}
	}
	return out
}

// holdsSecret reports whether a default contains a secret input, directly or
// indirectly.
func (p *Profile) holdsSecret(d recipe.Template) bool {
	return slices.ContainsFunc(p.reach(d), func(name string) bool { return p.Inputs[name].Secret })
}

// reach returns the inputs that a template contains, directly or through the defaults
// of inputs without a given value, without duplicates.
func (p *Profile) reach(t recipe.Template) []string {
	return p.reached(t, func(recipe.Placeholder) bool { return true })
}

// needs is reach without optional placeholders.
func (p *Profile) needs(t recipe.Template) []string {
	return p.reached(t, func(ph recipe.Placeholder) bool { return !ph.Optional })
}

func (p *Profile) reached(t recipe.Template, follows func(recipe.Placeholder) bool) []string {
	var out []string
	seen := map[string]bool{}
	pending := t.Placeholders()
	for i := 0; i < len(pending); i++ {
		name := pending[i].Name
		if seen[name] || !follows(pending[i]) {
			continue
		}
		seen[name] = true
		out = append(out, name)
		if _, given := p.values[name]; !given {
			pending = append(pending, p.Inputs[name].Default.Placeholders()...)
			p.Makes[name].EachTemplate(func(_ string, t recipe.Template) { pending = append(pending, t.Placeholders()...) })
		}
	}
	return out
}

// Value returns the value of one input, after references are resolved; "" if it has none.
func (p *Profile) Value(name string, refs reference.Resolver) (string, error) {
	values, err := p.Values([]recipe.Placeholder{{Name: name, Optional: true}}, refs)
	if err != nil {
		return "", err
	}
	value, _ := values.Text(name)
	return value, nil
}
