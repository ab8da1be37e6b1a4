package client

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Refusal says that the vendor refused a request, whatever the HTTP status was.
type Refusal struct {
	Profile       string
	Step          profile.StepName
	Kind          profile.Kind // "" if neither Code nor Status determines it
	Code, Message string       // the vendor's, with secrets masked; at most 200 and 2,000 characters
	MessageRest   int          // number of characters that were cut off Message
	Status        int          // HTTP
	TraceID       string       // the vendor's id of the request, from the response body
	RequestID     string       // X-Request-Id of the response, which gateways often set
	ListedMessage string       // the part of Message by which the profile chose Meaning; "" if Code was enough
	Meaning       lang.Text    // the profile's explanation of the code and advice
	Guess         lang.Text    // what is unverified about this step or refusal; zero if nothing is
	Excerpt       Excerpt      // of the response, if the profile reads no message from it
	Failures      []string     // expressions of the profile that failed on the response: FILE:LINE: KEY: jq's message
	Advice        lang.Text    // what to do, if the client knows
	// RetryAfter is the time that the server asks clients to wait; 0 if it does not ask.
	RetryAfter time.Duration
	// BasicEncoded says that form-encoding changed the client_id or client_secret in HTTP
	// Basic.
	BasicEncoded bool
	Auth         ClientAuth // how the client authenticated
	Scheme, Host string     // of the URL
	// Skew is how far the local clock is ahead of the Date of the response, which has a
	// resolution of a second; 0 if the response has no Date.
	Skew time.Duration
	// TokenCached says that the refused application token came from the cache. It has been
	// deleted there.
	TokenCached bool
}

// MaxSkew is the largest difference between clocks that needs no advice. Vendors that check
// timestamps allow a few minutes.
const MaxSkew = time.Minute

func (e *Refusal) Error() string { return e.Text().EN }

// Failure returns [failure.Refused].
func (*Refusal) Failure() failure.Kind { return failure.Refused }

// Details returns what the error says to scripts.
func (e *Refusal) Details() failure.Details {
	return failure.Details{
		Profile: e.Profile, Step: string(e.Step), Refusal: string(e.Kind), HTTPStatus: e.Status,
		VendorCode: e.Code, VendorMessage: e.Said(), TraceID: e.TraceID, RequestID: e.RequestID,
	}
}

// Text returns the message in both languages.
func (e *Refusal) Text() lang.Text {
	code := cmp.Or(e.Code, fmt.Sprintf("HTTP %d", e.Status))
	out := lang.Text{EN: "refused with " + code, ZH: "被拒绝，错误码 " + code}
	switch {
	case e.Code == "" && e.Status >= http.StatusBadRequest:
		out.ZH = "被拒绝，" + code
	case e.Code == "":
		out = lang.Text{EN: "refused without a code", ZH: "被拒绝，没有错误码"}
	}
	if said, more := e.Said(), more(e.MessageRest); said != "" {
		out.EN, out.ZH = out.EN+": "+said+more.EN, out.ZH+"："+said+more.ZH
	} else if problem := e.Excerpt.Problem; !problem.IsZero() {
		out.EN, out.ZH = out.EN+"; "+problem.EN, out.ZH+"；"+problem.ZH
	}
	return who(e.Profile, e.Step, because(out, e.Failures))
}

// Said returns the vendor's message, or the start of the response if the profile reads no
// message.
func (e *Refusal) Said() string { return cmp.Or(e.Message, e.Excerpt.Text) }

// because adds the expressions of the profile that failed.
func because(t lang.Text, failures []string) lang.Text {
	if len(failures) == 0 {
		return t
	}
	list := strings.Join(failures, "; ")
	return lang.Text{EN: t.EN + " (" + list + ")", ZH: t.ZH + "（" + list + "）"}
}

// who prefixes a message with the profile and the step.
func who(name string, step profile.StepName, what lang.Text) lang.Text {
	return lang.Text{EN: name + ": " + string(step) + ": " + what.EN, ZH: name + "：" + string(step) + "：" + what.In(lang.ZH)}
}

// ProtocolError says that a response is neither a valid success nor a refusal.
type ProtocolError struct {
	Profile      string
	Step         profile.StepName
	Status       int    // HTTP
	RequestID    string // X-Request-Id of the response
	Problem      lang.Text
	Foreign      bool      // a web page or a redirect, so the server may not be the vendor's API
	MovedTo      string    // new URL after HTTP 301 or 308, without its query; otherwise ""
	Scheme, Host string    // of the URL
	Guess        lang.Text // what is unverified about this step; zero if nothing is
	Advice       lang.Text // what to do, if the client knows
	Claim        string    // what is wrong with an id_token, see [oidc.Error]; "" for other errors
}

func (e *ProtocolError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*ProtocolError) Failure() failure.Kind { return failure.Protocol }

// Details returns what the error says to scripts.
func (e *ProtocolError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step), HTTPStatus: e.Status, RequestID: e.RequestID, Claim: e.Claim}
}

// Text returns the message in both languages.
func (e *ProtocolError) Text() lang.Text { return who(e.Profile, e.Step, e.Problem) }

// NetworkError says that no complete response arrived.
type NetworkError struct {
	Profile      string
	Step         profile.StepName
	Scheme, Host string        // of the URL
	Timeout      time.Duration // of the request
	Phase        Phase         // the last phase that was reached; "" if unknown
	CodeSent     bool          // the vendor may have received the code
	Err          error
}

func (e *NetworkError) Error() string { return e.Text().EN }

// Failure returns [failure.Network].
func (*NetworkError) Failure() failure.Kind { return failure.Network }

// Details returns what the error says to scripts.
func (e *NetworkError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step)}
}

// Text returns the message in both languages. Err is in English in both.
func (e *NetworkError) Text() lang.Text {
	return who(e.Profile, e.Step, lang.Sprintf(lang.Text{
		EN: "no response from %s: %v", ZH: "%s 没有响应：%v",
	}, e.Host, e.Err))
}

func (e *NetworkError) Unwrap() error { return e.Err }

// scrubbedError is err with a text without secrets.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string { return e.text }
func (e *scrubbedError) Unwrap() error { return e.err }

// ArgumentError says that a step needs values that only the caller can give.
type ArgumentError struct {
	Profile    string
	Step       profile.StepName
	Needs      []string // names of the values, such as code
	Instead    []string // names of values that can be given instead
	TakesLogin bool     // a login would supply the values
}

func (e *ArgumentError) Error() string { return e.Text().EN }

// Failure returns [failure.Usage].
func (*ArgumentError) Failure() failure.Kind { return failure.Usage }

// Details returns what the error says to scripts.
func (e *ArgumentError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step)}
}

// Text returns the message in both languages.
func (e *ArgumentError) Text() lang.Text {
	needs := lang.Text{EN: strings.Join(e.Needs, " and "), ZH: strings.Join(e.Needs, " 和 ")}
	return lang.Sprintf(lang.Text{EN: "%s: %s needs %s", ZH: "%s：%s 需要 %s"}, e.Profile, e.Step, needs)
}
