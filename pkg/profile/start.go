package profile

import (
	"slices"

	"ssoctl/pkg/recipe"
)

// Starting returns the steps that start a login, in the order in which they run: those whose
// values the authorize URL contains, and [authorize] last. It is empty without [authorize].
func (p *Profile) Starting() []*Step {
	var out []*Step
	begun := map[*Step]bool{}
	var add func(s *Step)
	add = func(s *Step) {
		if s == nil || begun[s] {
			return
		}
		begun[s] = true
		for _, ph := range s.Placeholders() {
			add(p.startSource(ph, begun))
		}
		out = append(out, s)
	}
	add(p.Authorize)
	return out
}

// startSource returns the step that supplies a placeholder at the start of a login; nil if
// none has to run.
func (p *Profile) startSource(ph recipe.Placeholder, begun map[*Step]bool) *Step {
	_, isInput := p.Inputs[ph.Name]
	switch {
	case isInput, ph.Optional, p.IsMade(ph.Name), slices.Contains(PerRun, ph.Name), ph.Name == "redirect_uri":
		return nil
	case ph.Name == AppToken:
		return p.Token
	}
	return p.source(ph.Name, func(s *Step) bool { return begun[s] })
}

// IsStarting reports whether the step starts a login, see [Profile.Starting].
func (p *Profile) IsStarting(s *Step) bool { return slices.Contains(p.Starting(), s) }

// StartUses reports whether a step that starts a login contains the placeholder, required or
// optional.
func (p *Profile) StartUses(name string) bool {
	return slices.ContainsFunc(p.Starting(), func(s *Step) bool { return s.Uses(name) })
}

// notBeforeLogin returns the placeholders of [authorize] that no step can supply before a
// login.
func (p *Profile) notBeforeLogin(authorize *Step) []string {
	given := recipe.Values{"redirect_uri": "R"}
	for _, name := range perLogin {
		given[name] = name
	}
	var out []string
	for _, ph := range authorize.Placeholders() {
		_, isInput := p.Inputs[ph.Name]
		_, isGiven := given[ph.Name]
		if isInput || isGiven || p.IsMade(ph.Name) {
			continue
		}
		ph.Optional = false
		source := p.startSource(ph, map[*Step]bool{authorize: true})
		if source == nil {
			out = append(out, ph.Name)
			continue
		}
		if plan, err := p.Plan([]StepName{source.Name}, given); err != nil || len(plan.Lacking) > 0 {
			out = append(out, ph.Name)
		}
	}
	return out
}
