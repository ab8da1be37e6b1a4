package client

import (
	"context"
	"time"

	"ssoctl/pkg/profile"
)

// Introspection is what a server says about a token (RFC 7662 §2.2).
type Introspection struct {
	Result
	Active bool
	Times  map[string]time.Time // of exp, iat and nbf, as far as known
	Now    time.Time
	Extra  map[string]any // members of the response that the profile does not read
}

// Introspect asks the server about a token. An invalid token is an answer, not an error.
func (c *Client) Introspect(ctx context.Context, s HintedToken) (Introspection, error) {
	got, err := c.Step(ctx, profile.StepIntrospect, s.Given())
	if err != nil {
		return Introspection{}, err
	}
	out := Introspection{Result: got, Times: map[string]time.Time{}, Now: c.deps.Now(), Extra: map[string]any{}}
	out.Active, _ = got.Values["active"].(bool)
	for _, name := range []string{"exp", "iat", "nbf"} {
		if seconds, isNumber := number(got.Values[name]); isNumber && seconds > 0 && seconds <= latest {
			out.Times[name] = time.Unix(int64(seconds), 0).UTC()
		}
	}
	step := c.profile.Step(profile.StepIntrospect)
	decoded, _ := step.Decode(0, nil, got.Raw)
	members, _ := decoded.Value.(map[string]any)
	for name, value := range members {
		if _, read := step.Read[name]; !read {
			out.Extra[name] = value
		}
	}
	if problem := overlongExtra(out.Extra); !problem.IsZero() {
		return Introspection{}, &ProtocolError{Profile: c.profile.Name, Step: profile.StepIntrospect, Problem: problem}
	}
	return out, nil
}
