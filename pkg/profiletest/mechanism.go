package profiletest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Step is a step of a built-in profile.
type Step struct {
	Of *profile.Profile
	*profile.Step
}

// Steps returns the steps of the built-in profiles that send a request.
func Steps(t testing.TB) (all []Step) {
	t.Helper()
	for _, p := range Builtin(t) {
		for _, s := range p.Requests() {
			all = append(all, Step{p, s})
		}
	}
	return all
}

// Mechanisms returns the features of a profile's requests that the code treats differently.
// It is for [Covering], in tests that do not depend on the names, texts and codes of a
// profile.
func Mechanisms(p *profile.Profile) []string {
	of := map[string]bool{}
	for _, s := range p.Requests() {
		for _, mechanism := range (Step{p, s}).Mechanisms() {
			of[mechanism] = true
		}
	}
	return slices.Sorted(maps.Keys(of))
}

// Mechanisms returns the features of this step that the code treats differently: where values
// come from and go to, how they are signed, the forms of the responses, the kinds of
// refusals.
func (s Step) Mechanisms() []string {
	of, kind := map[string]bool{}, string(s.Name)
	if !slices.Contains(profile.StepNames, s.Name) && !slices.Contains(profile.KnownSteps, s.Name) {
		kind = "own"
	}
	add := func(parts ...any) { of[fmt.Sprint(parts...)] = true }
	add(kind, " sends ", s.Method, s.ContentType(), len(s.Also) > 0, s.Again != "", s.With)
	add(kind, " calls back ", s.State, s.Scan, s.Callback.Once, len(s.Callback.First) > 0, s.Callback.None)
	s.EachTemplate(func(member string, template recipe.Template) {
		part, _, _ := strings.Cut(member, ".")
		add(part, " has text ", len(template.Placeholders()) == 0)
		for _, ph := range template.Placeholders() {
			add(part, s.source(ph.Name), ph.Optional, template.Is(ph.Name))
			add(kind, part, s.source(ph.Name), ph.Optional, template.Is(ph.Name))
		}
	})
	if s.Sign != nil {
		add("signs ", made(*s.Sign))
		for _, ph := range s.Sign.Text.Placeholders() {
			add("signs ", s.source(ph.Name))
		}
	}
	for _, ph := range s.Example.Placeholders() {
		add("responds ", ph.Name)
	}
	for form, reply := range map[string]profile.Reply{"its own": s.Reply, "the profile's": s.Of.Reply} {
		add("refuses in ", form, s.Response, reply.OK != "", reply.Code != "", reply.Trace != "", firstByte(reply.RefusalExample))
	}
	for _, r := range s.Of.Refusals {
		add("refuses ", r.Kind, r.Status != 0, r.Member != "", r.Message != "")
		add(kind, " refuses ", r.Kind)
	}
	return slices.Sorted(maps.Keys(of))
}

// source says where the value of a placeholder comes from: the properties of an input or a
// make, or else the name.
func (s Step) source(name string) string {
	if in, ok := s.Of.Inputs[name]; ok {
		return fmt.Sprint("input ", in.Secret, in.Required, in.Type, in.Pattern != "", s.Of.IsKey(name))
	}
	if m, ok := s.Of.Makes[name]; ok {
		return made(m)
	}
	return name
}

func made(m recipe.Make) string {
	return fmt.Sprint("made ", m.Hash, m.Encoding, m.Key != "", m.JWT != nil, m.Time != "", m.Random > 0, m.Type)
}

// firstByte returns the first byte of a body, which distinguishes JSON, markup and forms.
func firstByte(t recipe.Template) string {
	return string(t[:min(len(t), 1)])
}
