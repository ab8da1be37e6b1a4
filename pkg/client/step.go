package client

import (
	"context"
	"maps"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Result is what any step read or yielded.
type Result struct {
	Profile string
	Step    profile.StepName
	Values  map[string]any // by their names in the profile, without expires_in
	// ExpiresIn, ExpiresAt and ExpiresSource are those of a [Token].
	ExpiresIn     int64
	ExpiresAt     time.Time
	ExpiresSource string
	Raw           []byte // the response in UTF-8; empty if the step sends nothing
	// Cached says that the response is from the cache. CanCache is false for a step whose
	// responses are never cached.
	Cached, CanCache bool
}

// Step runs one step, and before it the steps that it needs. given are values that no input
// declares, such as access_token.
func (c *Client) Step(ctx context.Context, step profile.StepName, given recipe.Values) (Result, error) {
	got, err := c.run(ctx, c.profile.Targets(step, given), given, nil)
	if err != nil {
		return Result{}, err
	}
	a := got.of(step)
	if a == nil { // it was left out, because it had no value for a placeholder
		return Result{}, &ArgumentError{Profile: c.profile.Name, Step: step, Needs: optionsOf(c.profile.Step(step))}
	}
	return c.resultOf(a), nil
}

// optionsOf returns the optional placeholders of a step.
func optionsOf(s *profile.Step) []string {
	var out []string
	for _, ph := range s.Placeholders() {
		if ph.Optional {
			out = append(out, ph.Name)
		}
	}
	return out
}

func (c *Client) resultOf(a *stepResult) Result {
	values := maps.Clone(a.read)
	delete(values, "expires_in")
	out := Result{Profile: c.profile.Name, Step: a.step.Name, Values: values, Raw: a.raw, Cached: a.cached, CanCache: c.profile.OfApplication(a.step)}
	out.ExpiresIn, out.ExpiresAt, out.ExpiresSource = c.ends(a)
	return out
}
