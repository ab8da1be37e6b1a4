// Package scanpage is a page of ours that holds a vendor's QR code, put there by
// the vendor's own script, and that passes on what becomes of the scan.
package scanpage

import (
	"crypto/sha256"
	"crypto/subtle"
	_ "embed" // for page.html
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

//go:embed page.html
var source string

// The events that a page tells beside those of profile.ScanEvents.
const (
	// Shown means that the vendor's script runs, for a new QR code.
	Shown = "shown"
	// Failed means that there is no QR code to scan.
	Failed = "failed"
	// Unheard means that a message came that would count, had it come from a frame
	// of the page itself. It has changed nothing.
	Unheard = "unheard"
)

// Event is what happened in the page.
type Event struct {
	Name    string `json:"event"`             // of profile.ScanEvents, or one of the above
	Code    string `json:"code,omitempty"`    // with confirmed; a secret until it has been traded
	Problem string `json:"problem,omitempty"` // with Failed: one of Problems
	Detail  string `json:"detail,omitempty"`  // with Failed: a browser's words, not to be trusted
}

// Problems are why there may be nothing to scan, or no code: the vendor's script
// does not load, lacks the class, fails, or wants something that the page does not
// let in; or its messages come from another origin, or lack the code.
var Problems = []string{"load", "class", "script", "blocked", "origin", "code"}

// Page is an http.Handler for one login. Its methods may be called from several
// goroutines.
type Page struct {
	run    string
	lang   lang.Lang
	setup  *setup
	policy string
	told   chan Event

	mu       sync.Mutex
	over     bool            // the code has come
	renewals int             // how often a new QR code was asked for
	renewed  chan struct{}   // closed at the next of them
	open     int             // how many pages listen
	ending   loopback.Ending // from when finished is closed
	finished chan struct{}
	shown    chan struct{} // closed, once, when a page shows the ending
	once     sync.Once
}

// backlog is how many events may wait to be read; more are refused.
const backlog = 16

// New makes the page of a profile with a [scan]. The values are those of
// Placeholders. The run is an unguessable text of letters and digits: whoever
// does not know it can neither see the page nor tell anything. The error is a
// *profile.Error.
func New(p *profile.Profile, values recipe.Values, run string, l lang.Lang) (*Page, error) {
	s, err := newSetup(p, values, l)
	if err != nil {
		return nil, err
	}
	policy, err := s.policy(digest(own("script")), digest(own("style")))
	if err != nil {
		return nil, &profile.Error{Key: p.Name + ": scan.sdk", Problem: err.Error()}
	}
	return &Page{
		run: run, lang: l, setup: s, policy: policy, told: make(chan Event, backlog),
		renewed: make(chan struct{}), finished: make(chan struct{}), shown: make(chan struct{}),
	}, nil
}

// own is the text of the page's own element.
func own(tag string) string {
	_, rest, _ := strings.Cut(source, "<"+tag+">")
	text, _, _ := strings.Cut(rest, "</"+tag+">")
	return text
}

// digest is a Content-Security-Policy's source for a script or style of this text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Path is where the page is.
func (p *Page) Path() string { return "/" + p.run + "/" }

// Events yields what happens. After confirmed nothing more does.
func (p *Page) Events() <-chan Event { return p.told }

// Renew has the page show a new QR code.
func (p *Page) Renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.renewals++
	close(p.renewed)
	p.renewed = make(chan struct{})
}

// handover is how long Finish waits for a page that listens.
const handover = time.Second

// Finish has the page say how the login ended. It returns when that has been
// handed to the kernel, so that the process may exit right away; at once where no
// page is open; and after a second where one does not ask. It can be called once.
func (p *Page) Finish(e loopback.Ending) {
	p.mu.Lock()
	p.ending = e
	close(p.finished)
	waits := p.open > 0 || p.over
	p.mu.Unlock()
	if !waits {
		return
	}
	select {
	case <-p.shown:
	case <-time.After(handover):
	}
}

// ServeHTTP answers who knows the run. The host is not looked at: a tunnel may
// stand between, and another site that gave its name to this address would not
// know the run.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	run, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	mine := subtle.ConstantTimeCompare([]byte(run), []byte(p.run)) == 1 && strings.HasPrefix(r.URL.Path, "/")
	handle, method := map[string]http.HandlerFunc{
		"": p.page, "setup": p.data, "event": p.hear, "news": p.news, "end": p.end,
	}[name], http.MethodGet
	if name == "event" {
		method = http.MethodPost
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	// Vendors may look at who embeds them; the path, which holds the run, is not theirs.
	h.Set("Referrer-Policy", "strict-origin")
	switch {
	case !mine || handle == nil:
		http.NotFound(w, r)
	case r.Method != method:
		h.Set("Allow", method)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	case name != "" && name != "end" && !fromPage(r):
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
	default:
		handle(w, r)
	}
}

func (p *Page) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", p.policy)
	_, _ = w.Write([]byte(source)) // a browser that has gone asks again
}
