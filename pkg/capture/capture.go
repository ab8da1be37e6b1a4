// Package capture stands between a client and its vendor: it passes each request
// on, and keeps the exchange as text, with stand-ins for all that is secret.
package capture

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/exchange"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/verify"
)

// How large a request's body and an answer may be, in bytes.
const (
	maxRequest = 1 << 20
	maxAnswer  = 4 << 20
	maxKept    = 256 << 10 // what is larger is passed on, and not kept
)

// Options are what a recorder is made of.
type Options struct {
	// Load returns the profile, with its own addresses and what the user has given
	// for its inputs.
	Load func() (*profile.Profile, error)
	Refs secret.Resolver // for the references among those values
	// Prefix is the path below which it is served, such as /acme: what follows is
	// the vendor's.
	Prefix  string
	HTTP    *http.Client  // its CheckRedirect is not used: redirects are passed on
	Timeout time.Duration // of one request to the vendor
	Now     func() time.Time
	Keep    func(*exchange.Exchange) (name string, err error) // one at a time
	Report  func(Event)                                       // after each request, by several goroutines at once
}

// Event is what became of one request. It holds no secret.
type Event struct {
	Profile, Step string // Step is Unrecognised where no step is for it
	Method, Path  string
	Status        int
	Kept          string // the name under which the exchange is kept
	// Problems are why it was not passed on, or not kept, and what differs from
	// the profile.
	Problems []string
}

// Unrecognised is the step of a request that is no step's.
const Unrecognised = "unrecognised"

// Recorder is an http.Handler.
type Recorder struct {
	opts     Options
	p        *profile.Profile
	http     *http.Client
	known    recipe.Values // inputs that have a value
	types    map[string]string
	places   []place
	standins *standins
	keep     chan struct{} // holds one token: the right to keep
}

// New returns a recorder. The error is that of Load or of the profile's values.
func New(o Options) (*Recorder, error) {
	p, err := o.Load()
	if err != nil {
		return nil, err
	}
	h := *o.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r := &Recorder{opts: o, p: p, http: &h, types: map[string]string{}, standins: newStandins(), keep: make(chan struct{}, 1)}
	var all []recipe.Placeholder
	for _, name := range p.InputNames() {
		all = append(all, recipe.Placeholder{Name: name, Optional: true})
		if t := p.Inputs[name].Type; t != "" {
			r.types[name] = t
		}
	}
	if r.known, err = p.Values(all, o.Refs); err != nil {
		return nil, err
	}
	for name, v := range r.known {
		if s, ok := v.(secret.String); ok {
			r.standins.of(name, s.Reveal())
		}
	}
	if r.places, err = placesOf(p, r.known); err != nil {
		return nil, err
	}
	return r, nil
}

// passed is one request on its way.
type passed struct {
	target *target
	req    *http.Request // the client's
	body   []byte
	at     time.Time
}

// ServeHTTP passes a request on. [authorize] is the browser's to open: it is sent
// to the vendor.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ev := Event{Profile: r.p.Name, Method: req.Method, Path: r.opts.Prefix}
	defer func() {
		if r.opts.Report != nil {
			r.opts.Report(ev)
		}
	}()
	fail := func(status int, problem string) {
		ev.Status, ev.Problems = status, append(ev.Problems, problem)
		http.Error(w, problem, status)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRequest))
	if err != nil {
		fail(http.StatusRequestEntityTooLarge, "the request breaks off or is larger than 1 MiB: it is not passed on")
		return
	}
	p := &passed{req: req, body: body, at: r.opts.Now()}
	if p.target, err = r.target(req, body); err != nil {
		fail(http.StatusNotFound, err.Error())
		return
	}
	ev.Step = p.target.stepName()
	r.learn(p)
	ev.Path = r.standins.scrub(r.opts.Prefix + r.path(p.target))
	if ev.Step == "authorize" {
		http.Redirect(w, req, p.target.url.String(), http.StatusFound)
		ev.Status = http.StatusFound
		r.keepExchange(p, nil, nil, &ev)
		return
	}
	resp, answer, err := r.pass(req, p)
	if err != nil {
		fail(http.StatusBadGateway, r.standins.scrub(err.Error()))
		return
	}
	ev.Status = resp.StatusCode
	r.keepExchange(p, resp, answer, &ev)
	copyHeader(w.Header(), resp.Header)
	w.Header().Del("Content-Length")
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(answer) // a client that has gone misses it
}

// pass sends the request to the vendor and reads its answer.
func (r *Recorder) pass(req *http.Request, p *passed) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(req.Context(), r.opts.Timeout)
	defer cancel()
	var body io.Reader
	if len(p.body) > 0 {
		body = bytes.NewReader(p.body)
	}
	out, err := http.NewRequestWithContext(ctx, req.Method, p.target.url.String(), body)
	if err != nil {
		return nil, nil, err
	}
	copyHeader(out.Header, req.Header)
	out.Header.Del("Accept-Encoding") // net/http asks for gzip, and unpacks it
	if _, named := req.Header["User-Agent"]; !named {
		out.Header["User-Agent"] = nil // none, and not Go's
	}
	// On a connection used before, net/http may send a GET twice; a code is sent
	// once.
	r.http.CloseIdleConnections()
	resp, err := r.http.Do(out)
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // its text repeats the address
		}
		return nil, nil, fmt.Errorf("no answer from %s: %w", p.target.url.Host, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("the answer of %s was cut off: %w", p.target.url.Host, err)
	case len(answer) > maxAnswer:
		return nil, nil, fmt.Errorf("the answer of %s is larger than %d MiB", p.target.url.Host, maxAnswer>>20)
	}
	return resp, answer, nil
}

// ofOneHop are the headers that concern one connection only (RFC 9110 §7.6.1).
var ofOneHop = []string{"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

func copyHeader(to, from http.Header) {
	var named []string
	for _, list := range from.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			named = append(named, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for name, values := range from {
		if !slices.Contains(ofOneHop, name) && !slices.Contains(named, name) {
			to[name] = slices.Clone(values)
		}
	}
}

// keepExchange keeps what was said, and notes in ev what of it differs from the
// profile.
func (r *Recorder) keepExchange(p *passed, resp *http.Response, answer []byte, ev *Event) {
	r.keep <- struct{}{} // files are numbered as exchanges ended
	defer func() { <-r.keep }()
	if len(answer) > maxKept {
		ev.Problems = append(ev.Problems, fmt.Sprintf("not kept: the response is larger than %d KiB", maxKept>>10))
		return
	}
	x, err := r.exchange(p, resp, answer)
	if err != nil {
		ev.Problems = append(ev.Problems, "not kept: "+r.standins.scrub(err.Error()))
		return
	}
	differences, err := verify.Verifier{Load: r.opts.Load, Refs: r.opts.Refs}.Exchange(context.Background(), x)
	if err != nil {
		ev.Problems = append(ev.Problems, r.standins.scrub(err.Error()))
	}
	for _, d := range differences {
		ev.Problems = append(ev.Problems, d.String())
	}
	x.Note = oneLine(strings.Join(slices.DeleteFunc([]string{x.Note, strings.Join(ev.Problems, "; ")}, func(s string) bool { return s == "" }), "; "))
	r.clean(x)
	if ev.Kept, err = r.opts.Keep(x); err != nil {
		ev.Problems = append(ev.Problems, "not kept: "+err.Error())
	}
}

// oneLine is text for a head, which has lines of its own.
func oneLine(text string) string {
	const most = 1000
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

func (t *target) stepName() string {
	if t.step == nil {
		return Unrecognised
	}
	return cmp.Or(t.step.Name, Unrecognised)
}
