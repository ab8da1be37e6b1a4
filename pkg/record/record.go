// Package record records HTTP requests and their responses, and shows them with secrets
// masked.
//
// Create a [Recorder] and call [Recorder.Begin] for each request, then the methods of the
// [Call] that it returns. [Recorder.HAR] returns the record as HAR, and
// [Recorder.WriteReport] as an HTML page; a [Trace] prints each call as it happens.
// [Curl] returns a request as a shell command.
package record

import (
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Kind says who sent a request.
type Kind int

// The kinds of calls.
const (
	Called   Kind = iota // ssoctl sent the request to the vendor
	Opened               // a URL for a browser; the response is not known
	Returned             // the browser sent the request to the loopback server, or the user pasted it
)

// Repeat says that a request repeats one that failed; the zero Repeat is a first attempt.
type Repeat struct {
	Number int           // 1 for the first repetition
	Waited time.Duration // before the repetition
}

// Text says which attempt it is, and how long the wait before was; zero for a first attempt.
func (r Repeat) Text() lang.Text {
	if r.Number == 0 {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{EN: "attempt %d, after a wait of %s", ZH: "第 %d 次尝试，此前等待了 %s"}, r.Number+1, lang.Span(r.Waited))
}

// Call is one request and its response, unmasked.
type Call struct {
	Kind          Kind
	Repeat        Repeat
	Profile, Step string
	Request       *http.Request
	RequestBody   []byte
	Signed        []Signed  // the signatures in the request
	Members       []Member  // parts of the request that the profile built
	Failures      []Member  // expressions that failed on the response, with jq's message as Template
	Guess         lang.Text // what is unverified about the step; zero if nothing is

	Started  time.Time
	Response *http.Response // without its body; nil if none arrived
	Body     []byte         // the part of the body that was read
	Partial  bool           // the body is longer than Body
	// Err says why there is no response, or why it cannot be used.
	Err error
	// Code is the vendor's code of a refusal. It is never masked, even if its field has the
	// name of a secret.
	Code string

	recorder *Recorder
	clock    *clock
	provoked bool
}

// Member is a part of a request and the line of the profile that it was built from.
type Member struct {
	Key      string // such as query.code
	Template string // such as {code}
	Where    string // such as profiles/name.toml:12
}

// Signed is a text and the hash or signature that was made from it.
type Signed struct {
	Name  string // of the value, such as sign
	Text  secret.String
	Value string // shown, unless the Scrubber has it as a secret
}

// Recorder records calls in the order in which they began. A nil Recorder records
// nothing: its methods, and those of the nil [Call] that it returns, do nothing.
type Recorder struct {
	Now func() time.Time
	// Scrub masks secrets. The caller adds the secrets that it knows; the Recorder adds
	// values that look like secrets.
	Scrub    *scrub.Scrubber
	Observer Observer // sees each call as it happens; nil if nobody does

	mu  sync.Mutex
	all []*Call
}

// Observer sees calls as they happen.
type Observer interface {
	Begun(*Call) // before the request is sent
	Ended(*Call) // when the call is complete; only for the kind [Called]
}

// Begin adds a call. For one of kind [Called], call [Call.Watch],
// [Call.SetResponse] and [Call.End] next.
func (r *Recorder) Begin(x Call) *Call {
	if r == nil {
		return nil
	}
	x.recorder, x.Started = r, r.Now()
	x.clock = &clock{now: r.Now}
	r.mu.Lock()
	r.all = append(r.all, &x)
	r.mu.Unlock()
	if r.Observer != nil {
		r.Observer.Begun(&x)
	}
	return &x
}

// All returns the calls so far.
func (r *Recorder) All() []*Call {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[:len(r.all):len(r.all)]
}

// Watch returns a copy of req that measures the time of each phase. Send the copy.
func (x *Call) Watch(req *http.Request) *http.Request {
	if x == nil {
		return req
	}
	x.Started = x.recorder.Now() // the observer may have taken some time
	return req.WithContext(httptrace.WithClientTrace(req.Context(), x.clock.trace()))
}

// SetResponse sets the response. partial says that the body was longer than what was read.
func (x *Call) SetResponse(resp *http.Response, body []byte, partial bool) {
	if x != nil {
		x.Response, x.Body, x.Partial = resp, body, partial
	}
}

// Failed sets the expressions that failed on the response.
func (x *Call) Failed(failures []Member) {
	if x != nil {
		x.Failures = failures
	}
}

// Provoke marks a request that the vendor is expected to refuse, such as an empty one.
func (x *Call) Provoke() {
	if x != nil {
		x.provoked = true
	}
}

// End completes the call, with its error and the vendor's code if it was refused.
func (x *Call) End(err error, code string) {
	if x == nil {
		return
	}
	x.clock.mark(&x.clock.end)
	x.Err, x.Code = err, code
	if x.recorder.Observer != nil {
		x.recorder.Observer.Ended(x)
	}
}
