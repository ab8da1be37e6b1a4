package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

func (r *root) profileShow(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		r.profile = args[0]
	}
	p, err := r.load()
	if err != nil {
		return err
	}
	return r.write(c, render.Result{Text: r.profileText(p), Fields: profileFields(p)})
}

func profileFields(p *profile.Profile) render.Fields {
	inputs, steps := []any{}, []any{}
	for _, name := range p.InputNames() {
		in := p.Inputs[name]
		shown, from := shownValue(p, name)
		inputs = append(inputs, map[string]any{
			"name": name, "vendor": in.Vendor, "value": shown, "from": from,
			"required": in.Required, "secret": in.Secret, "help": in.Help, "guess": in.Guess,
		})
	}
	for _, s := range p.Steps() {
		steps = append(steps, map[string]any{"name": s.Name, "method": s.Method, "url": string(s.URL), "needs": anySlice(needs(p, s)), "guess": s.Guess})
	}
	return render.Fields{
		{Name: "profile", Value: p.Name},
		{Name: "title", Value: p.Title},
		{Name: "docs", Value: anySlice(p.Docs)},
		{Name: "extends", Value: anySlice(p.Extends)},
		{Name: "inputs", Value: inputs},
		{Name: "steps", Value: steps},
		{Name: "refusals", Value: len(p.Refusals)},
	}
}

// profileText is a profile for people: a name, and what there is to say of it
// below each other, so that it reads at any width.
func (r *root) profileText(p *profile.Profile) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", p.Name, p.Title)
	if len(p.Extends) > 0 {
		fmt.Fprintf(&b, "extends %s\n", strings.Join(p.Extends, ", "))
	}
	for _, doc := range p.Docs {
		fmt.Fprintln(&b, doc)
	}
	width := 0
	for _, name := range p.InputNames() {
		width = max(width, len(name))
	}
	section := func(t lang.Text) { fmt.Fprintf(&b, "\n%s\n", t.In(r.language())) }
	entry := func(name string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				fmt.Fprintf(&b, "  %s%s%s\n", name, strings.Repeat(" ", width-ansi.StringWidth(name)+2), line)
				name = ""
			}
		}
	}
	section(lang.Text{EN: "inputs", ZH: "输入项"})
	for _, name := range p.InputNames() {
		in := p.Inputs[name]
		value, from := shownValue(p, name)
		vendor := ""
		if in.Vendor != "" && in.Vendor != name {
			vendor = lang.Text{EN: "the vendor's ", ZH: "厂商字段名 "}.In(r.language()) + in.Vendor
		}
		entry(name, strings.TrimSpace(value+"  ["+from+"]"), vendor, lang.Text{EN: in.Help, ZH: in.HelpZH}.In(r.language()), r.guess(in.GuessText()))
	}
	section(lang.Text{EN: "steps", ZH: "步骤"})
	for _, s := range p.Steps() {
		entry(s.Name, s.Method+" "+string(s.URL), lang.Text{EN: "needs ", ZH: "需要 "}.In(r.language())+strings.Join(needs(p, s), ", "), r.guess(s.GuessText()))
	}
	fmt.Fprintf(&b, "\n%s", r.refusalCount(p))
	return b.String()
}

func (r *root) guess(g lang.Text) string {
	if g.IsZero() {
		return ""
	}
	return lang.Text{EN: "a guess: ", ZH: "未经证实："}.In(r.language()) + g.In(r.language())
}

func (r *root) refusalCount(p *profile.Profile) string {
	guessed := 0
	for _, refusal := range p.Refusals {
		if refusal.Guess != "" {
			guessed++
		}
	}
	return lang.Text{
		EN: fmt.Sprintf("refusals known: %d, of them guesses: %d", len(p.Refusals), guessed),
		ZH: fmt.Sprintf("已知错误码 %d 个，其中 %d 个未经证实", len(p.Refusals), guessed),
	}.In(r.language())
}

// needs are the inputs without a default and the other values that a step's
// request takes.
func needs(p *profile.Profile, s *profile.Step) []string {
	plan, err := p.Plan([]string{s.Name}, nil)
	if err != nil {
		return nil // every step of Steps is offered
	}
	var out []string
	for _, in := range plan.Inputs {
		if !in.Optional && p.Inputs[in.Name].Default == "" && (s.Uses(in.Name) || in.Name == "client_id" && usesClientAuth(s)) {
			out = append(out, in.Name)
		}
	}
	for _, ph := range s.Placeholders() {
		if _, isInput := p.Inputs[ph.Name]; !isInput && !ph.Optional && !slices.Contains(recipe.Made, ph.Name) && !slices.Contains(profile.PerRun, ph.Name) {
			out = append(out, ph.Name)
		}
	}
	return out
}

func usesClientAuth(s *profile.Step) bool {
	return slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool { return recipe.IsClientAuth(ph.Name) })
}

// shownValue is an input's value as it was given, a secret redacted, and where.
func shownValue(p *profile.Profile, name string) (value, from string) {
	text, origin := p.Given(name)
	switch {
	case origin.From == "" && p.Inputs[name].Required:
		return "", "missing"
	case origin.From == "":
		return "", "optional"
	case p.Inputs[name].Secret && text != "" && !secret.IsReference(text):
		text = secret.Redacted
	}
	return text, origin.String()
}
