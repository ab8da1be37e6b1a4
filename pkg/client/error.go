package client

import (
	"fmt"
	"strings"
	"time"

	"ssoctl/pkg/lang"
)

// Refusal is a vendor's no, whatever the HTTP status was.
type Refusal struct {
	Profile, Step string
	Kind          string    // one of profile.Kinds; "" when neither code nor status tells
	Code, Message string    // the vendor's, without any secret that we sent
	Status        int       // HTTP
	TraceID       string    // the vendor's id of this exchange, in its answer
	RequestID     string    // X-Request-Id of the answer, which servers before the vendor's give
	Meaning       lang.Text // what the profile says of the code: what it means and what to do
	Guess         lang.Text // what of this step or refusal is not known for sure
	// Page is the start of an answer that is no JSON, "" of one that is; fit for a
	// terminal, without what looks like a secret.
	Page string
	// Skew is how far our clock is ahead of the answer's Date, which counts whole
	// seconds; 0 when it has none.
	Skew time.Duration
	// TokenCached says that the application's token, which is refused, came from the
	// cache. It is there no more.
	TokenCached bool
}

func (e *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: refused", e.Profile, e.Step)
	if e.Code != "" {
		fmt.Fprintf(&b, " with %s", e.Code)
	} else {
		fmt.Fprintf(&b, " with HTTP %d", e.Status)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	return b.String()
}

// ProtocolError is an answer that makes no sense.
type ProtocolError struct {
	Profile, Step string
	Status        int    // HTTP
	RequestID     string // as of a Refusal
	Problem       string
	Foreign       bool      // a page or a redirect: what answers may not be the vendor's API
	Guess         lang.Text // what of this step is not known for sure
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Profile, e.Step, e.Problem)
}

// NetworkError says that no answer came.
type NetworkError struct {
	Profile, Step string
	Scheme, Host  string        // of the address
	Timeout       time.Duration // that was in force
	Phase         Phase         // that it was in; "" when unknown
	CodeSent      bool          // the vendor may have the code
	Err           error
}

func (e *NetworkError) Error() string {
	return fmt.Sprintf("%s: %s: no answer from %s: %v", e.Profile, e.Step, e.Host, e.Err)
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
	TakesToken    bool     // an access_token would do as well
	TakesLogin    bool     // a login would bring it
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("%s: %s needs %s", e.Profile, e.Step, strings.Join(e.Needs, " and "))
}
