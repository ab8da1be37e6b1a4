package client

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// refusal returns the Refusal for a verdict. Its kind, meaning and guess come from the
// profile, or from the HTTP status if the profile does not list the code.
func (c *Client) refusal(s *profile.Step, resp *http.Response, v profile.Verdict) *Refusal {
	for _, token := range scrub.SignedTokens(v.Code + " " + v.Message) {
		c.scrub.Add(secret.New(token))
	}
	r := &Refusal{
		Profile: c.profile.Name, Step: s.Name, Code: c.name(v.Code),
		Status: resp.StatusCode, TraceID: c.name(v.Trace), RequestID: c.requestID(resp),
	}
	r.Message, r.MessageRest = c.said(v.Message, mostSaid)
	r.Scheme, r.Host = addressed(resp)
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err == nil {
		r.Skew = c.deps.Now().Sub(date)
	} else {
		date = c.deps.Now()
	}
	r.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), date)
	if known, ok := c.profile.Refusal(v.Code, v.Message); ok {
		r.Kind, r.ListedMessage, r.Meaning, r.Guess = known.Kind, known.Message, known.Text(), known.GuessText()
	} else { // the cause may be that the step itself is a guess
		r.Kind, r.Guess = kindOfStatus(resp.StatusCode), s.GuessText()
	}
	return r
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3): a number of seconds, or a date, which
// is converted relative to the time at of the response. It returns 0 if the value is
// invalid, in the past, or more than a year.
func retryAfter(value string, at time.Time) time.Duration {
	const most = 365 * 24 * time.Hour
	var wait time.Duration
	if seconds, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if until, err := http.ParseTime(value); err == nil {
		wait = until.Sub(at).Round(time.Second)
	}
	if wait < 0 || wait > most {
		return 0
	}
	return wait
}

// requestID returns X-Request-Id, which many servers also write to their logs.
func (c *Client) requestID(resp *http.Response) string {
	return c.name(resp.Header.Get("X-Request-Id"))
}

func kindOfStatus(status int) profile.Kind {
	switch {
	case status == http.StatusUnauthorized:
		return profile.KindInvalidToken
	case status == http.StatusForbidden:
		return profile.KindNoPermission
	case status == http.StatusNotFound:
		return profile.KindNotFound
	case status == http.StatusTooManyRequests:
		return profile.KindRateLimited
	case status >= 500:
		return profile.KindServerError
	case status >= 400:
		return profile.KindBadRequest
	}
	return ""
}

// withBearerError adds the error in WWW-Authenticate to a refusal without a code. Some
// servers send it with an empty body.
func withBearerError(resp *http.Response, v profile.Verdict) profile.Verdict {
	if v.Code == "" {
		code, message := bearerError(resp.Header.Values("WWW-Authenticate"))
		v.Code, v.Message = code, cmp.Or(v.Message, message)
	}
	return v
}

// bearerError returns the error and error_description (RFC 6750 §3) in the values of
// WWW-Authenticate.
func bearerError(challenges []string) (code, description string) {
	for _, challenge := range challenges {
		if code := attribute(challenge, "error"); code != "" {
			return code, attribute(challenge, "error_description")
		}
	}
	return "", ""
}

// attribute returns the value of name="…" in a challenge (RFC 9110 §11.2), or "".
func attribute(challenge, name string) string {
	for _, before := range []string{" ", ","} {
		if _, rest, ok := strings.Cut(challenge, before+name+`="`); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

// basicEncoded reports whether HTTP Basic changed the client_id or client_secret: see
// [basicauth.Changes].
func basicEncoded(values recipe.Values) bool {
	id, _ := values.Text("client_id")
	secretText, sent := values.Text("client_secret")
	method, chosen := values.Text(recipe.AuthMethod)
	return sent && (!chosen || method == recipe.AuthMethodBasic) && basicauth.Changes(id, secretText)
}
