package profiletext

import (
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// Fields returns the profile for a program.
func (v View) Fields() render.Fields {
	p := v.Profile
	inputs, steps, members := []any{}, []any{}, []any{}
	for _, name := range p.InputNames() {
		in := p.Inputs[name]
		value, from := p.Shown(name)
		inputs = append(inputs, map[string]any{
			"name": name, "vendor": in.Vendor, "value": value, "from": from.EN,
			"required": in.Required, "secret": in.Secret, "help": in.Help, "guess": p.GuessOf(name).EN,
		})
	}
	for _, s := range p.Steps() {
		steps = append(steps, map[string]any{
			"name": string(s.Name), "method": s.Method, "url": string(s.URL), "needs": render.List(needs(p, s)), "source": s.Source, "guess": s.Guess,
		})
	}
	for _, m := range p.Members() {
		members = append(members, map[string]any{"key": m.Key(), "value": memberValue(m), "from": m.From.String()})
	}
	return render.Fields{
		{Name: "profile", Value: p.Name},
		{Name: "title", Value: p.Title},
		{Name: "docs", Value: render.List(p.Docs)},
		{Name: "extends", Value: render.List(p.Extends)},
		{Name: "inputs", Value: inputs},
		{Name: "steps", Value: steps},
		{Name: "refusals", Value: len(p.Refusals)},
		{Name: "members", Value: members},
	}
}

// memberValue is the value of a member, redacted if it is a secret.
func memberValue(m profile.Member) any {
	if s, ok := m.Value.(secret.String); ok {
		return s.String()
	}
	return m.Value
}

// memberText is [memberValue] as one line of text.
func memberText(m profile.Member) string {
	values, ok := m.Value.([]any)
	if !ok {
		return printable.Text(fmt.Sprint(memberValue(m)))
	}
	var out []string
	for _, v := range values {
		out = append(out, fmt.Sprint(v))
	}
	return printable.Text(strings.Join(out, ", "))
}

// origin is the place in the user's files that sets a member, after two spaces; "" for a
// built-in one.
func origin(m profile.Member) string {
	if !m.Own {
		return ""
	}
	return "  [" + m.From.String() + "]"
}

// needs returns the values that a step's request needs: the inputs without a default, and
// the values that are not inputs, such as a code.
func needs(p *profile.Profile, s *profile.Step) []string {
	plan, err := p.Plan([]profile.StepName{s.Name}, nil)
	if err != nil {
		return nil // cannot happen: every step in Steps is offered
	}
	var out []string
	for _, in := range plan.Inputs {
		if !in.Optional && p.Inputs[in.Name].Default == "" && (s.Uses(in.Name) || in.Name == "client_id" && usesClientAuth(s)) {
			out = append(out, in.Name)
		}
	}
	for _, ph := range s.Placeholders() {
		if _, isInput := p.Inputs[ph.Name]; !isInput && !ph.Optional && !p.IsMade(ph.Name) && !slices.Contains(profile.PerRun, ph.Name) {
			out = append(out, ph.Name)
		}
	}
	return out
}

func usesClientAuth(s *profile.Step) bool {
	return slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool { return recipe.IsClientAuth(ph.Name) })
}
