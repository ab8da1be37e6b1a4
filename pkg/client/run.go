package client

import (
	"context"
	"maps"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Ready returns the error that a login followed by steps would return before its first
// request, such as a missing input. Call it before the user logs in. It sends a request only
// if endpoints come from the issuer's metadata.
func (c *Client) Ready(steps []profile.StepName) error {
	if a := c.profile.Authorize; a != nil && a.Callback.None {
		return c.nothingBack()
	}
	given := recipe.Values{"code": "C", "redirect_uri": "R"}
	if _, declared := c.profile.Inputs["state"]; declared { // it is generated if not given
		given["state"] = "S"
	}
	for _, name := range c.profile.RedirectNames() {
		given[name] = "V"
	}
	_, err := c.prepare(append([]profile.StepName{profile.StepAuthorize}, steps...), given)
	return err
}

// prepared is a plan with everything that is needed to run it.
type prepared struct {
	steps   []*profile.Step
	readers []*profile.Reader // of steps; nil for one that sends nothing
	values  recipe.Values
	fixed   map[string]bool               // names of values that responses cannot change
	latest  map[*profile.Step]*stepResult // the responses that supplied values
	after   []recipe.Placeholder          // what is needed after the last step
}

// prepare plans a run without the steps in done. It returns an error if a value is missing or
// invalid, if an address or a header cannot be sent, or if an expression does not compile. It
// sends a request only if endpoints come from the issuer's metadata.
func (c *Client) prepare(targets []profile.StepName, given recipe.Values, done ...profile.StepName) (prepared, error) {
	plan, err := c.profile.Plan(targets, given, done...)
	if err != nil {
		return prepared{}, err
	}
	if len(plan.Lacking) > 0 {
		return prepared{}, c.lacking(targets, given, plan.Lacking)
	}
	return c.prepareSteps(plan.Steps, plan.Inputs, given)
}

// prepareSteps is the part of [Client.prepare] that follows the plan: it returns the steps with
// what they need to run.
func (c *Client) prepareSteps(steps []*profile.Step, inputs []recipe.Placeholder, given recipe.Values) (p prepared, err error) {
	p = prepared{steps: steps, latest: map[*profile.Step]*stepResult{}}
	if p.values, err = c.profile.Values(inputs, c.deps.Refs); err != nil {
		return p, err
	}
	maps.Copy(p.values, given)
	if err := c.authenticate(steps, p.values); err != nil {
		return p, err
	}
	p.fixed = map[string]bool{}
	for _, name := range slices.AppendSeq(slices.Clone(profile.PerRun), maps.Keys(p.values)) {
		p.fixed[name] = true
	}
	c.keepSecret(p.values)
	for _, s := range p.steps {
		if err := c.profile.SendsKey(s); err != nil {
			return p, err
		}
		if !s.Sends() {
			p.readers = append(p.readers, nil)
			continue
		}
		if err := s.Check(p.values); err != nil {
			return p, c.unbuilt(s, err)
		}
		reader, err := c.profile.Reader(s)
		if err != nil {
			return p, err
		}
		p.readers = append(p.readers, reader)
	}
	return p, nil
}

// lacking returns the error for a plan that lacks the values in names.
func (c *Client) lacking(targets []profile.StepName, given recipe.Values, names []string) error {
	// If no flag sets any of the values, the profile is wrong, and Lint says where.
	if !slices.ContainsFunc(names, profile.IsArgument) {
		if faults := c.profile.Lint(); len(faults) > 0 {
			return faults
		}
	}
	target := c.profile.Step(targets[len(targets)-1])
	e := &ArgumentError{Profile: c.profile.Name, Step: target.Name, Needs: names, TakesLogin: c.profile.Authorize != nil}
	e.Instead = c.instead(target, given)
	if slices.ContainsFunc(e.Instead, func(name string) bool { return slices.Contains(names, name) }) {
		e.Instead = nil // not an alternative
	}
	return e
}

// instead returns the values that the caller can give so that only [token] has to run
// before the step.
func (c *Client) instead(s *profile.Step, given recipe.Values) []string {
	var out []string
	for _, name := range c.profile.Alone(s).Lacking {
		_, known := given.Text(name)
		if token := c.profile.Token; token != nil {
			_, reads := token.Read[name]
			known = known || reads && name != "access_token" || name == profile.AppToken
		}
		if !known && !slices.Contains(profile.PerRun, name) {
			out = append(out, name)
		}
	}
	return out
}

// results are the responses of the steps of a run, in order.
type results []*stepResult

// of returns the response of a step; nil if it has not run.
func (got results) of(step profile.StepName) *stepResult {
	for _, a := range got {
		if a.step.Name == step {
			return a
		}
	}
	return nil
}

// names returns the steps that have run.
func (got results) names() []profile.StepName {
	var out []profile.StepName
	for _, a := range got {
		out = append(out, a.step.Name)
	}
	return out
}

// run runs the target steps and the steps whose responses they need, except those in
// done. The error is an [*UnfinishedError] if a step failed after the code or the refresh token
// was used and a later run can continue.
func (c *Client) run(ctx context.Context, targets []profile.StepName, given recipe.Values, done []Done) (results, error) {
	p, got, err := c.planned(ctx, targets, given, done)
	if err != nil {
		return nil, err
	}
	return c.finish(ctx, p, targets, got)
}

// finish runs the steps of a plan with [Client.runPlan]. If they used a code or a refresh token,
// it remembers their responses for [Client.Done].
func (c *Client) finish(ctx context.Context, p prepared, targets []profile.StepName, got results) (results, error) {
	got, err := c.runPlan(ctx, p, targets, got)
	if err != nil {
		return nil, err
	}
	if c.spent(got) {
		c.done = got.done()
	}
	return got, nil
}

// planned prepares a run of the target steps. It returns the responses in done as well,
// which supply values to it. If one of these used the code, targets that would send it again
// are left out. The error is [ErrCodeAgain] if no target is left, and done has no result.
func (c *Client) planned(ctx context.Context, targets []profile.StepName, given recipe.Values, done []Done) (prepared, results, error) {
	got, err := c.restore(ctx, done)
	if err != nil {
		return prepared{}, nil, err
	}
	if c.spentCode(got) {
		if targets = c.withoutCode(targets, given, got.names()); len(targets) == 0 && !got.haveResult() {
			return prepared{}, nil, ErrCodeAgain
		}
	}
	p, err := c.prepare(targets, given, got.names()...)
	if err != nil {
		return prepared{}, nil, err
	}
	for i, a := range got {
		if err := c.verify(ctx, a, p.values, got[:i]); err != nil {
			return prepared{}, nil, err
		}
		p.supply(a)
	}
	return p, got, c.notInRedirect(p, got.of(profile.StepAuthorize))
}

// haveResult reports whether one of the steps has returned what a login is for: a token or a user.
func (got results) haveResult() bool {
	return slices.ContainsFunc([]profile.StepName{profile.StepExchange, profile.StepDeviceToken, profile.StepUserInfo}, func(name profile.StepName) bool {
		return got.of(name) != nil
	})
}

// withoutCode returns the targets that send no code after the steps in done. A vendor may take a
// code at either of two steps, and one of them is in done.
func (c *Client) withoutCode(targets []profile.StepName, given recipe.Values, done []profile.StepName) []profile.StepName {
	return slices.DeleteFunc(slices.Clone(targets), func(target profile.StepName) bool {
		plan, err := c.profile.Plan([]profile.StepName{target}, given, done...)
		return err == nil && slices.ContainsFunc(plan.Steps, c.sendsCode)
	})
}

// runPlan runs the steps of a plan. got holds the responses of earlier steps; the result is got
// with the responses of the plan's steps after them.
func (c *Client) runPlan(ctx context.Context, p prepared, targets []profile.StepName, got results) (results, error) {
	hits := c.fromCache(ctx, p, targets)
	for i, s := range p.steps {
		if hits.spares(s) || s.With != "" && p.lacksOption(s) {
			continue
		}
		a, err := c.runStep(ctx, p, i, got, hits)
		if err != nil {
			return nil, c.unfinished(s, got, err)
		}
		if err := c.verify(ctx, a, p.values, got); IsForged(err) {
			return nil, err
		} else if err != nil {
			return nil, c.unfinished(s, append(got, a), err)
		}
		p.supply(a)
		got = append(got, a)
	}
	return got, nil
}

// spent reports whether one of the steps used a code or a refresh token. Both may work only once.
func (c *Client) spent(got results) bool {
	return c.spentCode(got) || got.of(profile.StepRefresh) != nil
}

// spentCode reports whether one of the steps sent the code.
func (c *Client) spentCode(got results) bool {
	return slices.ContainsFunc(got, func(a *stepResult) bool { return c.sendsCode(a.step) })
}

func (c *Client) sendsCode(s *profile.Step) bool {
	return c.profile.SendsValue(s, "code") || c.profile.SendsValue(s, "device_code")
}

func (got results) done() []Done {
	var out []Done
	for _, a := range got {
		if !a.remade {
			out = append(out, Done{a.step.Name, a.at, a.saved})
		}
	}
	return out
}

// lacksOption reports whether an optional placeholder of the step has no value.
func (p prepared) lacksOption(s *profile.Step) bool {
	return slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool {
		_, has := p.values.Text(ph.Name)
		return ph.Optional && !has
	})
}

// runStep runs step i of a plan. got holds the responses of the steps before it.
func (c *Client) runStep(ctx context.Context, p prepared, i int, got results, hits cacheHits) (*stepResult, error) {
	s := p.steps[i]
	if a := hits.found[s]; a != nil {
		return a, nil
	}
	if err := c.unread(s, p.values, got); err != nil {
		return nil, err
	}
	switch {
	case !s.Sends():
		return c.yield(s, p.values)
	case c.profile.OfApplication(s):
		return c.ofApplication(ctx, p, i, got)
	}
	a, err := c.do(ctx, s, p.readers[i], p.values, c.deps.Retries.Most)
	if err != nil {
		return c.renew(ctx, p, i, got, err)
	}
	return a, nil
}

// yield makes the values of a step that sends nothing.
func (c *Client) yield(s *profile.Step, values recipe.Values) (*stepResult, error) {
	c.keepSecret(values)
	made, err := s.Yield(values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return nil, c.unbuilt(s, err)
	}
	a := &stepResult{step: s, read: map[string]any{}, at: c.deps.Now(), remade: true}
	for name, text := range made {
		a.read[name] = text
	}
	c.hideTokens(a)
	return a, nil
}

// unread returns an error if s needs a value that an earlier response should have contained
// but did not.
func (c *Client) unread(s *profile.Step, values recipe.Values, got results) error {
	for _, ph := range s.Placeholders() {
		if _, ok := values.Text(ph.Name); ok || ph.Optional {
			continue
		}
		for _, a := range got {
			if expr, reads := a.step.Read[ph.Name]; reads {
				return &ProtocolError{Profile: c.profile.Name, Step: a.step.Name, Guess: a.step.GuessText(), Problem: lang.Sprintf(lang.Text{
					EN: "the response has no %s (%s), which %s needs",
					ZH: "响应里没有 %s（%s），而 %s 需要它",
				}, ph.Name, expr, s.Name)}
			}
		}
	}
	return nil
}
