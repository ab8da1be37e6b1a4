package verify

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
)

// responseOf returns a recorded response as a client sees it.
func responseOf(judge *client.Judge, m fixture.Message) client.Response {
	return judge.Response(&http.Response{StatusCode: m.Status(), Header: m.Header}, []byte(m.Body))
}

// Outcome returns the values that a client reads from the fixture's response, in the form
// of [fixture.Fixture].Want: numbers as json.Number, known names as text, a refusal under
// "refusal". It returns nil if there is no response, or it cannot be decoded.
func Outcome(ctx context.Context, p *profile.Profile, judge *client.Judge, x *fixture.Fixture) map[string]any {
	r := responseOf(judge, x.Response)
	if r.Err() != nil && r.Value() == nil || x.Response.Start == "" {
		return nil
	}
	if got := judge.Judge(ctx, r); !got.Outcome.Success() {
		known, _ := p.Refusal(got.Verdict.Code, got.Verdict.Message)
		return map[string]any{"refusal": map[string]any{"code": got.Verdict.Code, "kind": string(known.Kind), "message": got.Verdict.Message}}
	}
	out, _ := judge.Reader().Read(ctx, r.Decoded()) // an error means that ctx is done
	for name, value := range out {
		switch {
		case name == "scope":
			out[name] = profile.ScopeText(value)
		case slices.Contains(profile.TokenFields, name), slices.Contains(profile.UserFields, name):
			out[name] = profile.Text(value)
		case name == "expires_in":
			out[name] = seconds(value, x.Now)
		}
	}
	return out
}

// seconds returns expires_in as a client reads it, in seconds from now. If value is not a time, or
// is a date while now is zero, it returns the number or text unchanged.
func seconds(value any, now time.Time) any {
	end, ok := client.Expires(value, now)
	if !ok || now.IsZero() && end.IsDate {
		if number, ok := value.(json.Number); ok {
			return number
		}
		return profile.Text(value)
	}
	return json.Number(strconv.FormatInt(end.In(now), 10))
}
