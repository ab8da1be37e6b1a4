package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
)

// judge decides whether a response is a success, as a client does.
func judge(ctx context.Context, reader *profile.Reader, m fixture.Message, v any) profile.Verdict {
	verdict := reader.Judge(ctx, v)
	if m.Status() < 400 {
		return verdict
	}
	if verdict.OK {
		verdict = reader.Refusal(ctx, v)
	}
	if verdict.OK = false; verdict.Code == "" {
		code, message := client.BearerError(m.Header.Values("WWW-Authenticate"))
		verdict.Code, verdict.Message = code, cmp.Or(verdict.Message, message)
	}
	return verdict
}

// texts are the names that a client reads as text, whatever their JSON type.
var texts = slices.Concat([]string{"access_token", "token_type", "refresh_token", "scope", "id_token"}, profile.UserFields)

// Outcome returns the values that a client reads from the exchange's response, in the form
// of [fixture.Fixture].Want: numbers as json.Number, known names as text, a refusal under
// "refusal". It returns nil if there is no response, or none that can be decoded.
func Outcome(ctx context.Context, p *profile.Profile, reader *profile.Reader, x *fixture.Fixture) map[string]any {
	answer, err := new(profile.Step).Decode(x.Response.Header, []byte(x.Response.Body))
	if err != nil && answer.Value == nil || x.Response.Start == "" {
		return nil
	}
	if verdict := judge(ctx, reader, x.Response, answer.Value); !verdict.OK {
		known, _ := p.Refusal(verdict.Code)
		return map[string]any{"refusal": map[string]any{"code": verdict.Code, "kind": string(known.Kind), "message": verdict.Message}}
	}
	out, _ := reader.Read(ctx, answer.Value) // an error means that ctx is done
	for name, value := range out {
		switch {
		case slices.Contains(texts, name):
			out[name] = profile.Text(value)
		case name == "expires_in":
			out[name] = seconds(profile.Text(value), x.Now)
		}
	}
	return out
}

// seconds reads expires_in as a client does: a value above 10⁹ is a Unix time, and is
// counted from now. If now is zero, the text is returned.
func seconds(text string, now time.Time) any {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if n > 1e9 {
		if now.IsZero() {
			return text
		}
		n = float64(int64(n) - now.Unix())
	}
	return json.Number(strconv.FormatInt(int64(n), 10))
}
