package capture

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/verify"
)

// fixture returns the fixture to keep. resp is nil if the request was redirected, not forwarded.
func (r *Proxy) fixture(p *passed, resp *http.Response, data []byte) (*fixture.Fixture, error) {
	x := &fixture.Fixture{
		Source: "recorded from " + p.target.url.Host, Read: p.at.UTC(), Profile: r.p.Name, Step: p.target.stepName(),
		Values: "stand-ins for secret and personal values", Now: nowOf(p),
	}
	ctx, cancel := context.WithTimeout(context.Background(), mostReading)
	defer cancel()
	var judge *client.Judge
	if resp != nil {
		var err error
		if judge, err = client.NewJudge(r.p, p.target.reads()); err != nil {
			return nil, err
		}
		x.Response = r.response(ctx, p, judge, resp, data)
	}
	x.Request = r.request(p)
	x.Given = r.given(p)
	if p.target.step == nil {
		return x, nil
	}
	if err := r.sign(p, x); err != nil {
		return nil, err
	}
	if resp != nil {
		x.Want = verify.Outcome(ctx, r.p, judge, x)
		if refusal, ok := x.Want["refusal"].(map[string]any); ok && refusal["kind"] == "" {
			delete(refusal, "kind") // the profile does not list this code yet
		}
	}
	return x, nil
}

// nowOf returns the client's time if the request contains a timestamp, otherwise the proxy's.
func nowOf(p *passed) time.Time {
	for name, unit := range map[string]time.Duration{"timestamp": time.Second, "timestamp_ms": time.Millisecond} {
		if n, err := strconv.ParseInt(p.target.seen.Values[name].Reveal(), 10, 64); err == nil && n > 0 && n < 1<<43 {
			return time.Unix(0, 0).Add(time.Duration(n) * unit).UTC()
		}
	}
	if step := p.target.step; step != nil {
		for name, m := range step.Makes {
			if from, _, ok := m.ParseTime(p.target.seen.Values[name].Reveal()); ok && m.Time != "" {
				return from.UTC()
			}
		}
	}
	return p.at.UTC().Truncate(time.Second)
}

// isSecret reports whether the value of a placeholder is secret.
func (r *Proxy) isSecret(name string) bool {
	if in, ok := r.p.Inputs[name]; ok {
		return in.Secret
	}
	return profile.IsSecretName(name)
}

// learn assigns stand-ins to the secrets in the request and to the values from earlier
// responses. Call it before the request is reported or kept.
func (r *Proxy) learn(p *passed) {
	for name, value := range p.target.seen.Values {
		_, input := r.p.Inputs[name]
		switch {
		case r.isSecret(name):
			r.standins.of(name, value.Reveal())
		case input:
			r.standins.note(name, value.Reveal())
		case r.p.Makes[name].Text != "" && r.p.Makes[name].Hash == "":
			r.standins.of(name, value.Reveal()) // it may contain a secret
		case profile.IsMadeAnew(name), r.p.IsMade(name):
		default: // from an earlier response
			r.standins.alias(name, value.Reveal())
		}
	}
}

// clean removes every known secret from a fixture. Call it last: the response may be the
// first to show that a value in the request is a secret.
func (r *Proxy) clean(x *fixture.Fixture) {
	scrub := r.standins.scrub
	message := func(m *fixture.Message) {
		m.Start, m.Body = scrub(m.Start), scrub(m.Body)
		for _, values := range m.Header {
			for i := range values {
				values[i] = scrub(values[i])
			}
		}
	}
	message(&x.Request)
	message(&x.Response)
	x.Note, x.Source = scrub(x.Note), scrub(x.Source)
	for name := range x.Given {
		x.Given[name] = scrub(x.Given[name])
	}
	if x.Want != nil {
		x.Want = cleaned(x.Want, scrub).(map[string]any)
	}
}

func cleaned(v any, scrub func(string) string) any {
	switch v := v.(type) {
	case string:
		return scrub(v)
	case map[string]any:
		for name, m := range v {
			v[name] = cleaned(m, scrub)
		}
	case []any:
		for i, m := range v {
			v[i] = cleaned(m, scrub)
		}
	case json.Number:
		if text := scrub(v.String()); text != v.String() {
			return text
		}
	}
	return v
}
