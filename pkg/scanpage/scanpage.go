// Package scanpage serves a web page that shows a vendor's QR code with the vendor's own
// script, and reports the progress of the scan.
//
// [New] makes the [Page] for one login from a profile with a [scan] table. Serve it at
// [Page.Path], read [Page.Events], and call [Page.Finish] when the login is over.
package scanpage

import (
	"crypto/subtle"
	_ "embed" // for page.html
	"net/http"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/contentpolicy"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

//go:embed page.html
var source string

// Events of a page, in addition to those in [profile.ScanEvents].
const (
	// Shown: the vendor's script runs and shows a new QR code.
	Shown = "shown"
	// Failed: the page cannot show a QR code.
	Failed = "failed"
	// Unheard: a message was ignored because it did not come from a frame of the page
	// itself.
	Unheard = "unheard"
)

// Event is something that happened in the page.
type Event struct {
	Name    string `json:"event"`             // one of [profile.ScanEvents], or one of the above
	Code    string `json:"code,omitempty"`    // with confirmed; secret until it has been exchanged
	Problem string `json:"problem,omitempty"` // with Failed: one of [Problems]
	Detail  string `json:"detail,omitempty"`  // with Failed: text from the browser, not trusted
}

// Problems are the reasons for [Failed]. load: the vendor's script does not load. class:
// it lacks the class. script: it throws an error. blocked: it needs something that the
// page blocks. origin: its messages come from another origin. code: they lack the code.
var Problems = []string{"load", "class", "script", "blocked", "origin", "code"}

// Page is an [http.Handler] for one login. It is safe for concurrent use.
type Page struct {
	run    string
	lang   lang.Lang
	setup  *setup
	policy string
	told   chan Event

	mu       sync.Mutex
	over     bool            // the code has arrived
	renewals int             // number of new QR codes requested
	renewed  chan struct{}   // closed at the next request
	open     int             // number of pages that wait for news
	ending   loopback.Ending // valid once finished is closed
	finished chan struct{}
	shown    chan struct{} // closed when a page shows the ending
	once     sync.Once
}

// backlog is the maximum number of unread events; further events are refused.
const backlog = 16

// New makes the page for a profile with a [scan] table. values has the values of
// [Placeholders]. run is an unguessable string of letters and digits: without it nobody
// can see the page or send events. The error is a [*profile.Error].
func New(p *profile.Profile, values recipe.Values, run string, l lang.Lang) (*Page, error) {
	s, err := newSetup(p, values, l)
	if err != nil {
		return nil, err
	}
	policy, err := s.policy(contentpolicy.Inline(source, "script"), contentpolicy.Inline(source, "style"))
	if err != nil {
		return nil, &profile.Error{Key: p.Name + ": scan.sdk", Problem: lang.Sprintf(lang.Text{EN: "%v", ZH: "无法解析：%v"}, err)}
	}
	return &Page{
		run: run, lang: l, setup: s, policy: policy, told: make(chan Event, backlog),
		renewed: make(chan struct{}), finished: make(chan struct{}), shown: make(chan struct{}),
	}, nil
}

// Path returns the URL path of the page.
func (p *Page) Path() string { return "/" + p.run + "/" }

// Events returns the channel of events. The last one is confirmed.
func (p *Page) Events() <-chan Event { return p.told }

// Renew makes the page show a new QR code.
func (p *Page) Renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.renewals++
	close(p.renewed)
	p.renewed = make(chan struct{})
}

// handover is how long [Page.Finish] waits for an open page to show the ending.
const handover = time.Second

// Finish makes the page show how the login ended. It returns at once if no page is open.
// Otherwise it returns when the response has been handed to the kernel, so that the
// process may exit, but after one second at the latest. Call it once.
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

// Owns reports whether a request is for the page, as [loopback.Beside] wants it.
func (p *Page) Owns(path string) bool {
	run, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return subtle.ConstantTimeCompare([]byte(run), []byte(p.run)) == 1 && strings.HasPrefix(path, "/")
}

// ServeHTTP serves requests whose path contains the run. It does not check the Host
// header, because a tunnel may be in between; a DNS rebinding attack fails for lack of
// the run.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	handle, method := map[string]http.HandlerFunc{
		"": p.page, "setup": p.data, "event": p.hear, "news": p.news, "end": p.end,
	}[name], http.MethodGet
	if name == "event" {
		method = http.MethodPost
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	// Vendors may check which site embeds them, but the path contains the run and must
	// not leak.
	h.Set("Referrer-Policy", "strict-origin")
	switch {
	case !p.Owns(r.URL.Path) || handle == nil:
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
	_, _ = w.Write([]byte(source)) // the browser will reload if it is still there
}
