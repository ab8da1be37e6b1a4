// Package record keeps what a login sends and gets, and shows it without its
// secrets: as it happens, as a HAR file, as a page.
package record

import (
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Kind says who sent a request.
type Kind int

// The kinds of exchanges.
const (
	Called   Kind = iota // by us, to the vendor
	Opened               // an address for a browser: the answer is not seen here
	Returned             // by the browser, to our listener or pasted: the redirect, or a page's event
)

// Exchange is one request and what became of it, as it went over the wire:
// nothing in it is redacted.
type Exchange struct {
	Kind          Kind
	Profile, Step string
	Request       *http.Request
	RequestBody   []byte
	// SignText is the text whose digest Sign the request holds; both empty for none.
	SignText secret.String
	Sign     string
	Members  []Member  // what the profile built the request from
	Failures []Member  // expressions of the profile that failed on the response; Template is jq's message
	Guess    lang.Text // what of the step is not known for sure

	Started  time.Time
	Response *http.Response // its Body is spent; nil for none
	Body     []byte         // as far as it was read
	Partial  bool           // Body is not all of it
	// Err is why there is no answer, or why it is none that one can use.
	Err error
	// Code is the vendor's, of a refusal: no secret, whatever its member is called.
	Code string

	recorder *Recorder
	clock    *clock
	provoked bool
}

// Member is a part of a request, and the line that it was built from.
type Member struct {
	Key      string // such as query.code
	Template string // such as {code}
	Where    string // such as profiles/name.toml:12
}

// Recorder keeps exchanges in the order in which they began. All its methods do
// nothing when it is nil, as do those of the exchanges that it then gives.
type Recorder struct {
	Now func() time.Time
	// Scrub knows the secrets of those who send; what looks like one is added.
	Scrub *secret.Scrubber
	// Begun is told of each exchange before it is sent, Ended of each that is
	// Called once all is known of it. Either may be nil.
	Begun, Ended func(*Exchange)

	mu  sync.Mutex
	all []*Exchange
}

// Begin keeps an exchange; of one that is Called, Watch, Answered and End are to
// follow.
func (r *Recorder) Begin(x Exchange) *Exchange {
	if r == nil {
		return nil
	}
	x.recorder, x.Started = r, r.Now()
	x.clock = &clock{now: r.Now}
	r.mu.Lock()
	r.all = append(r.all, &x)
	r.mu.Unlock()
	if r.Begun != nil {
		r.Begun(&x)
	}
	return &x
}

// All returns the exchanges so far.
func (r *Recorder) All() []*Exchange {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[:len(r.all):len(r.all)]
}

// Watch returns the request that is to be sent in place of req, so that its
// times are taken.
func (x *Exchange) Watch(req *http.Request) *http.Request {
	if x == nil {
		return req
	}
	x.Started = x.recorder.Now() // whoever was told of it has taken some time
	return req.WithContext(httptrace.WithClientTrace(req.Context(), x.clock.trace()))
}

// Answered keeps the answer; partial says that its body went on where reading
// ended.
func (x *Exchange) Answered(resp *http.Response, body []byte, partial bool) {
	if x != nil {
		x.Response, x.Body, x.Partial = resp, body, partial
	}
}

// Failed keeps the expressions that failed on the response.
func (x *Exchange) Failed(failures []Member) {
	if x != nil {
		x.Failures = failures
	}
}

// Provoke says that the request is there to be refused, as an empty one is.
func (x *Exchange) Provoke() {
	if x != nil {
		x.provoked = true
	}
}

// End says what has become of the exchange.
func (x *Exchange) End(err error, code string) {
	if x == nil {
		return
	}
	x.clock.mark(&x.clock.end)
	x.Err, x.Code = err, code
	if x.recorder.Ended != nil {
		x.recorder.Ended(x)
	}
}
