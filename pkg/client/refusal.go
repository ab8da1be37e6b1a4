package client

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// refusal describes a refusal by the vendor, with what the profile knows of it. The
// code decides the kind; where the profile does not list the code, the HTTP status does.
func (c *Client) refusal(s *profile.Step, resp *http.Response, v profile.Verdict) *Refusal {
	if v.Code == "" {
		var message string
		v.Code, message = BearerError(resp.Header.Values("WWW-Authenticate"))
		v.Message = cmp.Or(v.Message, message)
	}
	for _, token := range secret.SignedTokens(v.Code + " " + v.Message) {
		c.scrub.Add(secret.New(token))
	}
	r := &Refusal{
		Profile: c.profile.Name, Step: s.Name, Code: c.name(v.Code),
		Status: resp.StatusCode, TraceID: c.name(v.Trace), RequestID: c.requestID(resp),
	}
	r.Message, r.MessageRest = c.said(v.Message, mostSaid)
	r.Scheme, r.Host = asked(resp)
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err == nil {
		r.Skew = c.deps.Now().Sub(date)
	} else {
		date = c.deps.Now()
	}
	r.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), date)
	if known, ok := c.profile.Refusal(v.Code); ok {
		r.Kind, r.Meaning, r.Guess = known.Kind, known.Text(), known.GuessText()
	} else { // a call that is guessed may itself be why
		r.Kind, r.Guess = kindOfStatus(resp.StatusCode), s.GuessText()
	}
	return r
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3), a number of seconds or a date, at the
// time of the response; 0 where it says nothing that one can wait for.
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

// requestID is the id that many servers give a request, also in their logs.
func (c *Client) requestID(resp *http.Response) string {
	return c.name(resp.Header.Get("X-Request-Id"))
}

func kindOfStatus(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "invalid_token"
	case status == http.StatusForbidden:
		return "no_permission"
	case status == http.StatusNotFound:
		return "not_found"
	case status == http.StatusTooManyRequests:
		return "rate_limited"
	case status >= 500:
		return "server_error"
	case status >= 400:
		return "bad_request"
	}
	return ""
}

// BearerError reads error and error_description of RFC 6750 §3 from the values
// of WWW-Authenticate, where some servers leave the body empty.
func BearerError(challenges []string) (code, description string) {
	for _, challenge := range challenges {
		if code := attribute(challenge, "error"); code != "" {
			return code, attribute(challenge, "error_description")
		}
	}
	return "", ""
}

// attribute returns name="…" of a challenge (RFC 9110 §11.2), "" when it has none.
func attribute(challenge, name string) string {
	for _, before := range []string{" ", ","} {
		if _, rest, ok := strings.Cut(challenge, before+name+`="`); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

// basicEncoded reports whether the form-encoding that HTTP Basic takes (RFC 6749
// §2.3.1) has changed the client's id or secret: some servers do not decode them.
func basicEncoded(values recipe.Values) bool {
	id, _ := values.Text("client_id")
	secretText, sent := values.Text("client_secret")
	method, chosen := values.Text(recipe.AuthMethod)
	return sent && (!chosen || method == recipe.AuthMethodBasic) && (url.QueryEscape(id) != id || url.QueryEscape(secretText) != secretText)
}
