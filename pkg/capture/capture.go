// Package capture is a recording proxy between a client and its vendor. It forwards each
// request and keeps it, with the response, as a fixture that has a stand-in for every secret.
//
// [NewSite] makes a [Site] for one profile, which keeps fixtures in a folder and is served
// in the place of an emulator. Its Proxy is an [http.Handler]: point the client's base_url at
// it. [New] makes a [Proxy] alone.
package capture

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/verify"
)

// Limits in bytes, for the body of a request and of a response.
const (
	maxRequest  = 1 << 20
	maxResponse = 4 << 20
	maxKept     = 256 << 10 // larger responses are forwarded, but not kept
)

// Options configure a [Proxy].
type Options struct {
	// Profile has the vendor's addresses and the user's values for its inputs.
	Profile *profile.Profile
	Refs    reference.Resolver // resolves references among those values
	// Prefix is the start of the path of every request, such as /acme. It is removed
	// before the request is forwarded.
	Prefix string
	// Ours has the proxy's addresses, by the input that has the vendor's.
	Ours    recipe.Values
	HTTP    *http.Client  // CheckRedirect is ignored: redirects are forwarded
	Timeout time.Duration // of one request to the vendor
	Now     func() time.Time
	Folder  *fixture.Folder // stores the fixtures
	Log     io.Writer       // receives a line about each request, from several goroutines
	Lang    lang.Lang       // of those lines; "" means English
}

// event says what happened to one request. It contains no secret.
type event struct {
	step         string // may be [Unrecognised]
	method, path string
	status       int
	kept         string // the name under which the fixture is kept
	// problems say why the request was not forwarded or not kept, and how it differs from
	// the profile.
	problems []lang.Text
}

// line describes the request in one line.
func (e event) line() lang.Text {
	line := lang.Text{EN: strings.TrimSpace(strings.Join([]string{e.method, e.path, strconv.Itoa(e.status), e.step, e.kept}, " "))}
	if len(e.problems) == 0 {
		return line
	}
	return lang.Sprintf(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, line, e.problem())
}

// problem joins the problems.
func (e event) problem() lang.Text {
	var en, zh []string
	for _, p := range e.problems {
		en, zh = append(en, p.EN), append(zh, p.In(lang.ZH))
	}
	return lang.Text{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}

// notKept says why a call was not kept.
func (e *event) notKept(why any) {
	e.problems = append(e.problems, lang.Sprintf(lang.Text{EN: "not kept: %v", ZH: "没有保存：%v"}, why))
}

// Unrecognised is the step name of a request that matches no step of the profile.
const Unrecognised = "unrecognised"

// Proxy is an [http.Handler] that forwards and records requests.
type Proxy struct {
	opts     Options
	p        *profile.Profile
	http     *http.Client
	known    recipe.Values // the inputs that have a value
	types    map[string]string
	places   []place
	standins *standins
	keep     chan struct{} // a lock, held while a fixture is stored
}

// New returns a proxy. It fails if the value of an input cannot be resolved, or if the
// vendor's address is not known.
func New(o Options) (*Proxy, error) {
	p := o.Profile
	h := *o.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r := &Proxy{opts: o, p: p, http: &h, types: p.InputTypes(), standins: newStandins(), keep: make(chan struct{}, 1)}
	var all []recipe.Placeholder
	for _, name := range p.InputNames() {
		if !lacks(p, name) {
			all = append(all, recipe.Placeholder{Name: name, Optional: true})
		}
	}
	var err error
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

// keepFixture stores the fixture of a call, and adds to ev how it differs from the profile.
func (r *Proxy) keepFixture(p *passed, resp *http.Response, data []byte, ev *event) {
	r.keep <- struct{}{} // files are numbered in the order in which calls end
	defer func() { <-r.keep }()
	if len(data) > maxKept {
		ev.notKept(lang.Sprintf(lang.Text{EN: "the response is larger than %d KiB", ZH: "响应超过 %d KiB"}, maxKept>>10))
		return
	}
	x, err := r.fixture(p, resp, data)
	if err != nil {
		ev.notKept(r.scrubbed(lang.Of(err)))
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), mostReading)
	defer cancel()
	differences, err := verify.Verifier{Profile: r.p, Refs: r.opts.Refs}.Compare(ctx, x)
	if err != nil {
		ev.problems = append(ev.problems, r.scrubbed(lang.Of(err)))
	}
	for _, d := range differences {
		ev.problems = append(ev.problems, r.scrubbed(d.Line()))
	}
	x.Note = oneLine(strings.Join(slices.DeleteFunc([]string{x.Note, ev.problem().EN}, func(s string) bool { return s == "" }), "; "))
	r.clean(x)
	if ev.kept, err = r.opts.Folder.Add(x); err != nil {
		ev.notKept(err)
	}
}

// scrubbed returns a text without secrets.
func (r *Proxy) scrubbed(t lang.Text) lang.Text {
	return lang.Text{EN: r.standins.scrub(t.EN), ZH: r.standins.scrub(t.ZH)}
}

// oneLine joins the lines of text and limits its length, because the head of a fixture
// has one line for each value.
func oneLine(text string) string {
	const most = 1000
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

func (t *target) stepName() string {
	return cmp.Or(string(t.reads().Name), string(t.document), Unrecognised)
}
