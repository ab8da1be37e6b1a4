package profile

import (
	"slices"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/recipe"
)

// Plan is the list of steps to run, in order, and what they need.
type Plan struct {
	Steps  []*Step
	Inputs []recipe.Placeholder // without duplicates; optional if no step requires it
	// Lacking are the values that neither an input nor an earlier step supplies, such
	// as code. The caller has to supply them.
	Lacking []string
}

// carries reports whether a login passes a value of PerRun to the step. It passes a nonce
// only if [authorize] uses one.
func (p *Profile) carries(s *Step, name string) bool {
	if !slices.Contains(PerRun, name) || !s.takes(name) && !(s.Name.IsOwn() && p.IsStarting(s)) {
		return false
	}
	return name != "nonce" || p.StartUses("nonce")
}

// ClientCredentials are the inputs from which [recipe.ClientAuth] are made.
var ClientCredentials = []string{"client_id", "client_secret", recipe.AuthMethod}

// assertionInputs are the further inputs from which a JWT that authenticates the client is
// made.
var assertionInputs = []string{recipe.ClientKey, recipe.ClientKeyID, recipe.AuthAlgorithm, recipe.AssertionAudience, oidc.IssuerInput}

// Plan returns the steps to run, in order, so that the targets can run with the given values.
// Each step comes after the steps whose responses supply its placeholders. A vendor's own
// steps that run with a step come after it. The steps in done have already run: the plan does
// not contain them, and the values that they read are available. The error is a
// [*NotOfferedError].
func (p *Profile) Plan(targets []StepName, given recipe.Values, done ...StepName) (Plan, error) {
	pl := planner{p: p, have: map[string]bool{}, begun: map[*Step]bool{}, added: map[*Step]bool{}, optional: map[string]bool{}}
	for name := range given {
		_, pl.have[name] = given.Text(name)
	}
	for _, name := range done {
		s, err := p.Offer(name)
		if err != nil {
			return Plan{}, err
		}
		pl.begun[s], pl.added[s] = true, true
		pl.reads(s)
	}
	for _, name := range targets {
		s, err := p.Offer(name)
		if err != nil {
			return Plan{}, err
		}
		if err := pl.add(s); err != nil {
			return Plan{}, err
		}
	}
	return pl.finished(), nil
}

// TakesCode reports whether a plan for the step sends a code.
func (p *Profile) TakesCode(target StepName) bool {
	plan, err := p.Plan([]StepName{target}, nil)
	return err == nil && slices.ContainsFunc(plan.Steps, func(s *Step) bool { return p.SendsValue(s, "code") })
}

// Alone returns a plan of just one step. Required values that other steps could supply
// are in Lacking.
func (p *Profile) Alone(s *Step) Plan {
	pl := planner{p: p, optional: map[string]bool{}}
	for _, ph := range s.Placeholders() {
		if !pl.own(ph) && !ph.Optional {
			pl.plan.Lacking = append(pl.plan.Lacking, ph.Name)
		}
	}
	pl.plan.Steps = []*Step{s}
	return pl.finished()
}

// Targets returns the targets of a plan to run one step. A step that runs with another is
// skipped if an optional value is missing, so Targets puts the steps that supply such values
// before it.
func (p *Profile) Targets(name StepName, given recipe.Values) []StepName {
	s := p.Step(name)
	if s == nil || s.With == "" {
		return []StepName{name}
	}
	var out []StepName
	for _, ph := range s.Placeholders() {
		_, isGiven := given.Text(ph.Name)
		_, isInput := p.Inputs[ph.Name]
		if isGiven || isInput {
			continue
		}
		source := p.source(ph.Name, func(other *Step) bool { return other == s })
		if beside := p.Step(s.With); beside != nil && beside.Provides(ph.Name) {
			source = beside
		}
		if source != nil && !slices.Contains(out, source.Name) {
			out = append(out, source.Name)
		}
	}
	return append(out, name)
}

type planner struct {
	p        *Profile
	plan     Plan
	have     map[string]bool
	begun    map[*Step]bool  // ends the recursion when steps need each other
	added    map[*Step]bool  // in the plan, or done
	optional map[string]bool // by input: no step so far requires it
}

func (pl *planner) finished() Plan {
	for _, name := range pl.p.InputNames() {
		if opt, ok := pl.optional[name]; ok {
			pl.plan.Inputs = append(pl.plan.Inputs, recipe.Placeholder{Name: name, Optional: opt})
		}
	}
	return pl.plan
}

// add plans s, before it the steps that supply its placeholders, and after it those that
// run with it.
func (pl *planner) add(s *Step) error {
	if !pl.begun[s] {
		if err := pl.addAfterSuppliers(s); err != nil {
			return err
		}
	}
	for _, beside := range pl.p.Steps() {
		if beside.With != s.Name || !pl.added[s] || pl.begun[beside] {
			continue
		}
		if err := pl.addAfterSuppliers(beside); err != nil {
			return err
		}
	}
	return nil
}

func (pl *planner) addAfterSuppliers(s *Step) error {
	pl.begun[s] = true
	placeholders := s.Placeholders()
	// The application's token comes first: its response may contain the tenant.
	slices.SortStableFunc(placeholders, func(a, b recipe.Placeholder) int {
		return rank(a.Name) - rank(b.Name)
	})
	for _, ph := range placeholders {
		if err := pl.supply(s, ph); err != nil {
			return err
		}
	}
	pl.plan.Steps = append(pl.plan.Steps, s)
	pl.added[s] = true
	pl.reads(s)
	return nil
}

// reads records the values that s supplies.
func (pl *planner) reads(s *Step) {
	for _, name := range s.Provided() {
		pl.have[s.Supplies(name)] = true
	}
}

func rank(name string) int {
	if name == AppToken {
		return 0
	}
	return 1
}

func (pl *planner) supply(s *Step, ph recipe.Placeholder) error {
	switch {
	case pl.own(ph), pl.have[ph.Name], ph.Optional, pl.p.carries(s, ph.Name):
		return nil
	case ph.Name == AppToken:
		token, err := pl.p.Offer(StepToken)
		if err != nil {
			return err
		}
		if err := pl.add(token); err != nil || pl.have[AppToken] {
			return err
		}
	}
	if source := pl.p.source(ph.Name, func(s *Step) bool { return pl.begun[s] }); source != nil {
		return pl.add(source)
	}
	if !slices.Contains(pl.plan.Lacking, ph.Name) {
		pl.plan.Lacking = append(pl.plan.Lacking, ph.Name)
	}
	return nil
}

// own reports whether the request itself or an input supplies ph, and records the
// inputs that it needs.
func (pl *planner) own(ph recipe.Placeholder) bool {
	switch {
	case recipe.IsClientAuth(ph.Name):
		for _, name := range ClientCredentials {
			pl.input(recipe.Placeholder{Name: name, Optional: name != "client_id" && (ph.Optional || name == recipe.AuthMethod)})
		}
		if recipe.IsAssertion(ph.Name) {
			for _, name := range assertionInputs {
				pl.input(recipe.Placeholder{Name: name, Optional: true})
			}
		}
		return true
	case pl.p.IsMade(ph.Name):
		return true
	}
	return pl.input(ph)
}

// input reports whether ph is an input, and records it.
func (pl *planner) input(ph recipe.Placeholder) bool {
	if _, ok := pl.p.Inputs[ph.Name]; !ok {
		return false
	}
	if was, seen := pl.optional[ph.Name]; !pl.have[ph.Name] {
		pl.optional[ph.Name] = ph.Optional && (was || !seen)
	}
	return true
}
