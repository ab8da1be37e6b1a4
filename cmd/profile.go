package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
	"ssoctl/profiles"
)

func (r *root) newProfile() *cobra.Command {
	c := &cobra.Command{
		Use: "profile", Short: "List, show and check descriptions of vendors", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return usagef("profile needs list, show or lint") },
	}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List built-in and own profiles", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return r.profileList(c) }},
		&cobra.Command{Use: "show [NAME]", Short: "Show a profile: inputs and where their values come from, steps, guesses", Args: cobra.MaximumNArgs(1), RunE: r.profileShow},
		&cobra.Command{Use: "lint [FILE…]", Short: "Check configuration files, or the ones in use", RunE: r.profileLint},
	)
	return c
}

// usable loads the profiles that have steps: own ones before built-in ones.
func usable(src profile.Sources) ([]*profile.Profile, error) {
	names := src.OwnNames()
	for _, name := range src.BuiltinNames() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var out []*profile.Profile
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err != nil {
			return nil, err
		}
		if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

func stepNames(p *profile.Profile) []string {
	var names []string
	for _, s := range p.Steps() {
		names = append(names, s.Name)
		if s.Scan {
			names = append(names, "scan")
		}
	}
	return names
}

func (r *root) profileList(c *cobra.Command) error {
	src, err := r.sources()
	if err != nil {
		return err
	}
	all, err := usable(src)
	if err != nil {
		return err
	}
	own := src.OwnNames()
	var rows [][]string
	var list []any
	for _, p := range all {
		from := "built-in"
		if slices.Contains(own, p.Name) {
			from = "own"
			if len(p.Extends) > 0 {
				from += ", extends " + p.Extends[0]
			}
		}
		rows = append(rows, []string{p.Name, p.Title, strings.Join(stepNames(p), " "), from})
		list = append(list, map[string]any{"name": p.Name, "title": p.Title, "steps": anySlice(stepNames(p)), "own": slices.Contains(own, p.Name)})
	}
	return r.writeTable(c, []string{"PROFILE", "TITLE", "STEPS", "FROM"}, rows, render.Fields{{Name: "profiles", Value: list}})
}

func anySlice(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}

// writeTable prints rows as text, or fields in the other formats.
func (r *root) writeTable(c *cobra.Command, header []string, rows [][]string, fields render.Fields) error {
	if r.format == render.Text && r.jq == "" {
		return render.Table(r.Out, header, rows, r.styled())
	}
	return r.write(c, render.Result{Fields: fields})
}

// styled reports whether stdout may have colours and borders.
func (r *root) styled() bool {
	_, _, tty := screen(r.Out)
	return tty && !r.noColor
}

func (r *root) profileShow(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		r.profile = args[0]
	}
	p, err := r.load()
	if err != nil {
		return err
	}
	inputs := make([]any, 0, len(p.Inputs))
	var rows [][]string
	for _, name := range p.InputNames() {
		in := p.Inputs[name]
		shown, from := shownValue(p, name)
		inputs = append(inputs, map[string]any{
			"name": name, "vendor": in.Vendor, "value": shown, "from": from,
			"required": in.Required, "secret": in.Secret, "help": in.Help, "guess": in.Guess,
		})
		rows = append(rows, []string{name, in.Vendor, shown, from, in.Help})
	}
	steps := make([]any, 0)
	var stepRows [][]string
	for _, s := range p.Steps() {
		steps = append(steps, map[string]any{"name": s.Name, "method": s.Method, "url": string(s.URL), "guess": s.Guess})
		stepRows = append(stepRows, []string{s.Name, s.Method, string(s.URL), needs(p, s)})
	}
	if r.format != render.Text || r.jq != "" {
		return r.write(c, render.Result{Fields: render.Fields{
			{Name: "profile", Value: p.Name},
			{Name: "title", Value: p.Title},
			{Name: "docs", Value: anySlice(p.Docs)},
			{Name: "extends", Value: anySlice(p.Extends)},
			{Name: "inputs", Value: inputs},
			{Name: "steps", Value: steps},
			{Name: "refusals", Value: len(p.Refusals)},
		}})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", p.Name, p.Title)
	if len(p.Extends) > 0 {
		fmt.Fprintf(&b, "extends %s\n", strings.Join(p.Extends, ", "))
	}
	for _, doc := range p.Docs {
		fmt.Fprintln(&b, doc)
	}
	fmt.Fprintln(&b)
	if err := render.Table(&b, []string{"INPUT", "VENDOR'S NAME", "VALUE", "FROM", ""}, rows, r.styled()); err != nil {
		return err
	}
	fmt.Fprintln(&b)
	if err := render.Table(&b, []string{"STEP", "METHOD", "URL", "NEEDS"}, stepRows, r.styled()); err != nil {
		return err
	}
	for _, line := range guesses(p) {
		fmt.Fprintf(&b, "\nguess: %s", render.Printable(line))
	}
	fmt.Fprintf(&b, "\n%d refusals are known\n", len(p.Refusals))
	_, err = r.Out.Write([]byte(b.String()))
	return err
}

// needs are the inputs that a step takes, and what else the caller gives.
func needs(p *profile.Profile, s *profile.Step) string {
	plan, err := p.Plan([]string{s.Name}, nil)
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, in := range plan.Inputs {
		if !in.Optional && p.Inputs[in.Name].Default == "" {
			out = append(out, in.Name)
		}
	}
	return strings.Join(append(out, plan.Lacking...), " ")
}

// shownValue is an input's value as it was given, a secret redacted, and where.
func shownValue(p *profile.Profile, name string) (value, from string) {
	text, origin := p.Given(name)
	switch {
	case origin.From == "" && p.Inputs[name].Required:
		return "", "missing"
	case p.Inputs[name].Secret && text != "" && !secret.IsReference(text):
		text = secret.Redacted
	}
	from = origin.From
	switch {
	case origin.Line > 0:
		from = fmt.Sprintf("%s:%d", origin.File, origin.Line)
	case origin.File != "":
		from = origin.File
	}
	if p.Inputs[name].Guess != "" && origin.From == "default" {
		from += ", a guess"
	}
	return text, from
}

// guesses are everything that the profile is not sure of.
func guesses(p *profile.Profile) []string {
	var out []string
	for _, name := range p.InputNames() {
		if g := p.Inputs[name].Guess; g != "" {
			out = append(out, name+": "+g)
		}
	}
	for _, s := range p.Steps() {
		if s.Guess != "" {
			out = append(out, s.Name+": "+s.Guess)
		}
	}
	guessed := 0
	for _, refusal := range p.Refusals {
		if refusal.Guess != "" {
			guessed++
		}
	}
	if guessed > 0 {
		out = append(out, fmt.Sprintf("refusals: %d of %d codes", guessed, len(p.Refusals)))
	}
	return out
}

func (r *root) profileLint(c *cobra.Command, args []string) error {
	var all []profile.Sources
	for _, path := range args {
		f, err := readConfig(path, true)
		if err == nil && f == nil {
			err = &profile.Error{File: path, Problem: "no such file"}
		}
		if err != nil {
			return err
		}
		all = append(all, profile.Sources{Builtin: profiles.FS, User: f})
	}
	if len(args) == 0 {
		src, err := r.sources()
		if err != nil {
			return err
		}
		all = append(all, src)
	}
	var faults profile.Errors
	clean := 0
	for _, src := range all {
		names := src.OwnNames()
		if len(args) == 0 && len(names) == 0 {
			names = src.BuiltinNames()
		}
		for _, name := range names {
			found := lint(name, src)
			if len(found) == 0 {
				clean++
			}
			faults = append(faults, found...)
		}
	}
	if len(faults) > 0 {
		return unique(faults)
	}
	text := fmt.Sprintf("%d profiles, nothing wrong", clean)
	if clean == 1 {
		text = "1 profile, nothing wrong"
	}
	return r.write(c, render.Result{Text: text, Fields: render.Fields{{Name: "profiles", Value: clean}}})
}

// lint returns what is wrong with a profile, be it that it cannot be loaded.
func lint(name string, src profile.Sources) profile.Errors {
	p, err := profile.Load(name, src)
	if err == nil {
		return p.Lint()
	}
	var many profile.Errors
	if errors.As(err, &many) {
		return many
	}
	var one *profile.Error
	if errors.As(err, &one) {
		return profile.Errors{one}
	}
	return profile.Errors{{Key: name, Problem: err.Error()}}
}

// unique drops faults that two profiles of one file share.
func unique(faults profile.Errors) profile.Errors {
	seen := map[string]bool{}
	return slices.DeleteFunc(faults, func(e *profile.Error) bool {
		was := seen[e.Error()]
		seen[e.Error()] = true
		return was
	})
}
