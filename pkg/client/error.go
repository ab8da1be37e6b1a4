package client

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/lang"
)

// Refusal is a vendor's no, whatever the HTTP status was.
type Refusal struct {
	Profile, Step string
	Kind          string    // one of profile.Kinds; "" when neither code nor status tells
	Code, Message string    // the vendor's, without any secret that we sent; at most 200 and 2,000 characters
	MessageRest   int       // characters that were left out of Message
	Status        int       // HTTP
	TraceID       string    // the vendor's id of this exchange, in its answer
	RequestID     string    // X-Request-Id of the answer, which servers before the vendor's give
	Meaning       lang.Text // what the profile says of the code: what it means and what to do
	Guess         lang.Text // what of this step or refusal is not known for sure
	Excerpt       Excerpt   // of the response, where the profile reads no message from it
	Failures      []string  // expressions of the profile that failed on the response: FILE:LINE: KEY: jq's message
	Advice        lang.Text // what to do, where that is known here
	// RetryAfter is how long the server asks to wait; 0 where it does not say.
	RetryAfter time.Duration
	// BasicEncoded says that HTTP Basic had to form-encode the client's id or secret.
	BasicEncoded bool
	Scheme, Host string // of the address
	// Skew is how far our clock is ahead of the answer's Date, which counts whole
	// seconds; 0 when it has none.
	Skew time.Duration
	// TokenCached says that the application's token, which is refused, came from the
	// cache. It is there no more.
	TokenCached bool
}

func (e *Refusal) Error() string { return e.Text().EN }

// Text is the error in both languages, as it is of the other errors.
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

// Said is the vendor's message; where the profile reads none, the start of what the
// vendor sent.
func (e *Refusal) Said() string { return cmp.Or(e.Message, e.Excerpt.Text) }

// because adds which expressions of the profile failed.
func because(t lang.Text, failures []string) lang.Text {
	if len(failures) == 0 {
		return t
	}
	list := strings.Join(failures, "; ")
	return lang.Text{EN: t.EN + " (" + list + ")", ZH: t.ZH + "（" + list + "）"}
}

// who puts before what went wrong where it did.
func who(profile, step string, what lang.Text) lang.Text {
	return lang.Text{EN: profile + ": " + step + ": " + what.EN, ZH: profile + "：" + step + "：" + what.In(lang.ZH)}
}

// ProtocolError is a response that makes no sense.
type ProtocolError struct {
	Profile, Step string
	Status        int    // HTTP
	RequestID     string // as of a Refusal
	Problem       lang.Text
	Foreign       bool      // a page or a redirect: what responds may not be the vendor's API
	MovedTo       string    // where the address has moved for good (HTTP 301, 308), without its query; "" where it has not
	Scheme, Host  string    // of the address
	Guess         lang.Text // what of this step is not known for sure
	Advice        lang.Text // what to do, where that is known here
}

func (e *ProtocolError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *ProtocolError) Text() lang.Text { return who(e.Profile, e.Step, e.Problem) }

// NetworkError says that no response came.
type NetworkError struct {
	Profile, Step string
	Scheme, Host  string        // of the address
	Timeout       time.Duration // that was in force
	Phase         Phase         // that it was in; "" when unknown
	CodeSent      bool          // the vendor may have the code
	Err           error
}

func (e *NetworkError) Error() string { return e.Text().EN }

// Text is the error in both languages; what the system says of it has but one.
func (e *NetworkError) Text() lang.Text {
	return who(e.Profile, e.Step, lang.Text{
		EN: fmt.Sprintf("no answer from %s: %v", e.Host, e.Err), ZH: fmt.Sprintf("%s 没有响应：%v", e.Host, e.Err),
	})
}

func (e *NetworkError) Unwrap() error { return e.Err }

// scrubbedError is err with a text that holds no secret.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string { return e.text }
func (e *scrubbedError) Unwrap() error { return e.err }

// ArgumentError says that a step needs values that only the caller can give.
type ArgumentError struct {
	Profile, Step string
	Needs         []string // such as code
	Instead       []string // these would do as well
	TakesLogin    bool     // a login would bring it
}

func (e *ArgumentError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *ArgumentError) Text() lang.Text {
	return lang.Text{
		EN: fmt.Sprintf("%s: %s needs %s", e.Profile, e.Step, strings.Join(e.Needs, " and ")),
		ZH: fmt.Sprintf("%s：%s 需要 %s", e.Profile, e.Step, strings.Join(e.Needs, " 和 ")),
	}
}
