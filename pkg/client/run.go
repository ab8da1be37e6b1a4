package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Ready finds what is missing or wrong for a login that goes on with these steps,
// before somebody logs in for nothing. The errors are those that the steps
// themselves would end with before they ask the vendor.
func (c *Client) Ready(steps []string) error {
	given := recipe.Values{"code": "C", "redirect_uri": "R"}
	if _, declared := c.profile.Inputs["state"]; declared { // it is made where nobody gives it
		given["state"] = "S"
	}
	_, err := c.prepare(append([]string{"authorize"}, steps...), given)
	return err
}

// giveable are the values for which commands have flags of their own.
var giveable = []string{"code", "access_token", "refresh_token", "code_verifier", profile.AppToken}

// prepared is a plan with all that it takes.
type prepared struct {
	steps   []*profile.Step
	readers []*profile.Reader
	values  recipe.Values
	fixed   map[string]bool // names of values that no response changes
}

// prepare finds everything that can be found wrong without asking the vendor. The
// steps in done have run.
func (c *Client) prepare(targets []string, given recipe.Values, done ...string) (prepared, error) {
	plan, err := c.profile.Plan(targets, given, done...)
	if err != nil {
		return prepared{}, err
	}
	if len(plan.Lacking) > 0 {
		return prepared{}, c.lacking(targets, given, plan.Lacking)
	}
	p := prepared{steps: plan.Steps}
	if p.values, err = c.profile.Values(plan.Inputs, c.deps.Refs); err != nil {
		return p, err
	}
	maps.Copy(p.values, given)
	p.fixed = map[string]bool{}
	for _, name := range slices.AppendSeq(slices.Clone(profile.PerRun), maps.Keys(p.values)) {
		p.fixed[name] = true
	}
	for _, s := range p.steps {
		reader, err := c.profile.Reader(s)
		if err != nil {
			return p, err
		}
		p.readers = append(p.readers, reader)
	}
	return p, nil
}

// lacking is the error of a plan that lacks values.
func (c *Client) lacking(targets []string, given recipe.Values, names []string) error {
	// What no command can give is a fault of the profile, and Lint says where.
	if !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(giveable, name) }) {
		if faults := c.profile.Lint(); len(faults) > 0 {
			return faults
		}
	}
	target := c.profile.Step(targets[len(targets)-1])
	e := &ArgumentError{Profile: c.profile.Name, Step: target.Name, Needs: names, TakesLogin: c.profile.Authorize != nil}
	e.Instead = c.instead(target, given)
	if slices.ContainsFunc(e.Instead, func(name string) bool { return slices.Contains(names, name) }) {
		e.Instead = nil // it is no other way
	}
	return e
}

// instead are the values with which a step would need no other steps but [token].
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

// answers are what the steps of a run have yielded, in their order.
type answers []*answer

// of returns the answer of a step, nil when it has not run.
func (got answers) of(step string) *answer {
	for _, a := range got {
		if a.step.Name == step {
			return a
		}
	}
	return nil
}

// run runs the targets and, before them, the steps whose answers they need, but not
// those that are done. The error is an *UnfinishedError where a step failed after the
// code was spent, and a later run can go on from there.
func (c *Client) run(ctx context.Context, targets []string, given recipe.Values, done []Done) (answers, error) {
	got, err := c.restore(ctx, done)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range done {
		names = append(names, d.Step)
	}
	p, err := c.prepare(targets, given, names...)
	if err != nil {
		return nil, err
	}
	for _, a := range got {
		p.supply(a)
	}
	for i, s := range p.steps {
		a, err := c.step(ctx, p, i, got)
		if err != nil {
			return nil, unfinished(s, got, err)
		}
		p.supply(a)
		got = append(got, a)
	}
	if got.spentCode() {
		c.done = got.done()
	}
	return got, nil
}

// spentCode reports whether one of the steps has taken the code.
func (got answers) spentCode() bool {
	return slices.ContainsFunc(got, func(a *answer) bool { return a.step.Uses("code") })
}

func (got answers) done() []Done {
	var out []Done
	for _, a := range got {
		if a.step.Name != "token" { // it has a cache
			out = append(out, Done{a.step.Name, a.at, a.raw})
		}
	}
	return out
}

// step runs one step of a plan, after those that yielded got.
func (c *Client) step(ctx context.Context, p prepared, i int, got answers) (*answer, error) {
	s := p.steps[i]
	if err := c.unread(s, p.values, got); err != nil {
		return nil, err
	}
	if s == c.profile.Token {
		return c.appToken(ctx, s, p.readers[i], p.values)
	}
	a, err := c.do(ctx, s, p.readers[i], p.values)
	if err != nil {
		return c.renew(ctx, p, i, got.of("token"), err)
	}
	return a, nil
}

// unread says what s needs and an earlier response was expected to hold, but does not.
func (c *Client) unread(s *profile.Step, values recipe.Values, got answers) error {
	for _, ph := range s.Placeholders() {
		if _, ok := values.Text(ph.Name); ok || ph.Optional {
			continue
		}
		for _, a := range got {
			if expr, reads := a.step.Read[ph.Name]; reads {
				return &ProtocolError{Profile: c.profile.Name, Step: a.step.Name, Guess: a.step.GuessText(), Problem: lang.Text{
					EN: fmt.Sprintf("the response has no %s (%s), which %s needs", ph.Name, expr, s.Name),
					ZH: fmt.Sprintf("响应里没有 %s（%s），而 %s 需要它", ph.Name, expr, s.Name),
				}}
			}
		}
	}
	return nil
}

// Done is what one step of an unfinished login has yielded. It holds secrets.
type Done struct {
	Step     string
	At       time.Time // of the response
	Response []byte    // byte for byte
}

// UnfinishedError says that a step failed after one that had spent the code. With Done
// a later run can go on from there: [Client.Resume]. Where the vendor's refusal means
// that what was read is no longer valid, there is nothing to go on with, and the error
// is the refusal alone.
type UnfinishedError struct {
	Done []Done
	Err  error // of the step
}

func (e *UnfinishedError) Error() string { return e.Err.Error() }
func (e *UnfinishedError) Unwrap() error { return e.Err }

func unfinished(failed *profile.Step, got answers, err error) error {
	if !got.spentCode() || isFinal(failed, err) {
		return err
	}
	return &UnfinishedError{Done: got.done(), Err: err}
}

// isFinal reports whether the vendor says, by a code, that what the login has yielded is
// not valid: to send that again would end the same way. An HTTP status alone does not
// say so: the address or a header of the profile may be wrong.
func isFinal(s *profile.Step, err error) bool {
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Code == "" {
		return false
	}
	switch refusal.Kind {
	case "invalid_token", "expired_token":
		return s.Uses("access_token") // else it is the application's, and can be had anew
	case "invalid_code", "expired_code":
		return true
	}
	return false
}

// restore reads again what earlier steps have yielded.
func (c *Client) restore(ctx context.Context, done []Done) (answers, error) {
	var got answers
	for _, d := range done {
		s, err := c.profile.Offer(d.Step)
		if err != nil {
			return nil, err
		}
		reader, err := c.profile.Reader(s)
		if err != nil {
			return nil, err
		}
		v, _, err := profile.Decode(d.Response)
		if err != nil {
			return nil, &ProtocolError{Profile: c.profile.Name, Step: s.Name, Problem: lang.Text{
				EN: "the kept response cannot be read: " + err.Error(), ZH: "无法读取保留的响应：" + err.Error(),
			}}
		}
		read, err := reader.Read(ctx, v)
		if err != nil {
			return nil, err
		}
		a := &answer{step: s, reader: reader, read: read, raw: d.Response, at: d.At}
		c.hideTokens(a)
		got = append(got, a)
	}
	return got, nil
}
