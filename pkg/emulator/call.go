package emulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
)

// maxBody is the limit of a request's body, in bytes.
const maxBody = 1 << 20

// call is one request that was recognised as a step.
type call struct {
	v          *vendor
	s          *step
	candidates []*step // all steps at the request's path and method, including s
	req        *http.Request
	id         int64 // the request's number
	body       []byte
	now        time.Time
	fault      *Fault        // fault to inject, nil if none
	delay      time.Duration // delay before the request is processed
	seen       recipe.Seen
	expect     recipe.Expect // of seen
	findings   []finding
	login      *login          // login of the code or token in the request, nil if none
	subject    *token          // the valid token that the request is about, nil if none
	user       User            // the user that the response describes
	hides      *scrub.Scrubber // see scrubber
	known      bool            // user is known although login is nil
	code       string          // the vendor's code in the response, "" if it has none
}

// serve answers a request to a vendor.
func (e *Emulator) serve(x *recorder, r *http.Request, v *vendor) {
	x.Profile, x.v = v.p.Name, v
	candidates, others := v.at(r)
	body, err := readBody(x, r)
	x.body = body
	if len(candidates) == 0 {
		if e.servePage(x, r, v) {
			return
		}
		e.unserved(x, v, others)
		return
	}
	c := &call{v: v, candidates: candidates, req: r, id: x.ID, body: body, now: x.Time, user: e.defaultUser}
	c.s, c.seen = v.recognise(candidates, r, body)
	c.expect = v.expect
	e.supplyUnsent(c)
	x.call, x.Step = c, c.s.Name
	c.allowOrigin(x.Header())
	c.judge(err)
	if r.URL != x.req.URL {
		c.findings = append(c.findings, finding{text: lang.Text{EN: "path: // was read as /", ZH: "path：// 按 / 处理"}})
	}
	e.injectFaults(x, c)
	if !x.before(c) {
		return
	}
	e.checkFresh(c)
	e.checkTokens(c)
	if c.v.starting[c.s.Name] {
		e.start(c)
	}
	if c.s.Name == profile.StepAuthorize {
		x.Refusal, x.Status = e.authorize(x, c)
	} else {
		x.Refusal, x.Status = e.respond(x, c)
	}
	x.VendorCode = c.code
	x.after(c)
}

// respond writes the step's response, or a refusal because of a fault, a finding, or an
// invalid code or token.
func (e *Emulator) respond(w http.ResponseWriter, c *call) (refusal profile.Kind, status int) {
	if kind := c.injectedRefusal(); kind != "" {
		return kind, e.refuse(w, c, kind)
	}
	if c.fault.Is(fault.Repeated) {
		first := *c
		first.fault = nil
		e.respond(discard{http.Header{}}, &first)
	}
	if c.refusal() == "" {
		e.redeem(c)
	}
	if kind := c.refusal(); kind != "" {
		e.useUp(c, kind)
		return kind, e.refuse(w, c, kind)
	}
	return "", e.writeExample(w, c)
}

// discard is the writer of a response that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header           { return d.header }
func (discard) WriteHeader(int)                 {}
func (discard) Write(p []byte) (n int, _ error) { return len(p), nil }

// readBody returns the request's body. A body over maxBody bytes is an error.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	var body []byte
	var err error
	if n := r.ContentLength; n >= 0 && n <= maxBody {
		body = make([]byte, n)
		_, err = io.ReadFull(r.Body, body)
	} else {
		body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	}
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, lang.Errorf(lang.Text{EN: "larger than 1 MiB", ZH: "超过 1 MiB"})
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, lang.Errorf(lang.Text{EN: "it did not arrive in time", ZH: "没有按时收到"})
	}
	return nil, lang.Errorf(lang.Text{EN: "it is incomplete", ZH: "不完整"})
}
