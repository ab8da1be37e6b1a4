package loopback

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// flow answers the hits on a listener while one redirect is awaited.
type flow struct {
	expect  Expect
	own     redirect
	hosts   map[string]bool // the Host headers that were advertised, in lower case
	outcome chan outcome    // yields one
	strays  chan Stray      // those to tell; never full

	ending   chan Ending   // takes one, from Finish
	answered chan struct{} // closed when the browser has its page, or has gone
	limits   limits

	mu    sync.Mutex
	ended bool
}

// redirect is a redirect_uri taken apart. Its path may be a secret.
type redirect struct {
	*url.URL
	query url.Values
}

// origin is what messages may show of it.
func (own redirect) origin() string { return own.Scheme + "://" + own.Host }

// Check returns why no redirect could fit e, nil when one could. Catch does it too,
// but by then the address has been shown.
func (e Expect) Check() error {
	_, err := e.redirect()
	return err
}

// redirect takes RedirectURI apart. It fails for one to which no answer could come.
func (e Expect) redirect() (redirect, error) {
	u, err := url.Parse(e.RedirectURI)
	if err != nil {
		return redirect{}, fmt.Errorf("redirect_uri: %w", err)
	}
	query, err := url.ParseQuery(u.RawQuery)
	switch {
	case err != nil:
		return redirect{}, fmt.Errorf("redirect_uri: %w", err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return redirect{}, errors.New("redirect_uri is not an absolute http or https address")
	case u.Fragment != "":
		return redirect{}, errors.New("redirect_uri has a fragment, which browsers keep to themselves (RFC 6749, 3.1.2)")
	case len(e.CodeParams) == 0:
		return redirect{}, errors.New("no parameter is named that could hold the code")
	}
	reserved := append([]string{"error"}, e.CodeParams...)
	if e.State != "" {
		reserved = append(reserved, "state")
	}
	for _, name := range reserved {
		if query.Has(name) {
			return redirect{}, fmt.Errorf("redirect_uri has a parameter %s of its own, which the answer needs", name)
		}
	}
	return redirect{u, query}, nil
}

// newFlow fails for an expect that no redirect could fit.
func newFlow(l *Listener, expect Expect) (*flow, error) {
	own, err := expect.redirect()
	if err != nil {
		return nil, err
	}
	if expect.Strays == nil {
		expect.Strays = new(Strays)
	}
	f := &flow{
		expect: expect, own: own, hosts: map[string]bool{}, outcome: make(chan outcome, 1),
		strays: make(chan Stray, reasonCount*tellings),
		ending: make(chan Ending, 1), answered: make(chan struct{}), limits: l.limits,
	}
	f.advertise(l, own.URL)
	return f, nil
}

// Port is the port of an http or https address, also where it has none written.
func Port(u *url.URL) string {
	return cmp.Or(u.Port(), defaultPorts[u.Scheme])
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// advertise fills hosts. A browser that was tricked into sending some other
// name here (DNS rebinding) gets no answer.
func (f *flow) advertise(l *Listener, redirect *url.URL) {
	add := func(scheme, host, port string) {
		host = strings.ToLower(host)
		f.hosts[net.JoinHostPort(host, port)] = true
		if port == defaultPorts[scheme] { // the header then has no port, as a rule
			f.hosts[strings.TrimSuffix(net.JoinHostPort(host, ""), ":")] = true
		}
	}
	own := []string{"127.0.0.1", "localhost", "::1"}
	if ip := l.Addr().IP; !ip.IsUnspecified() {
		own = append(own, ip.String())
	}
	for _, host := range own {
		add(l.scheme, host, strconv.Itoa(l.Addr().Port))
	}
	add(redirect.Scheme, redirect.Hostname(), Port(redirect))
}

// ServeHTTP answers one hit. Each check leaves the flow as it is; nothing that
// came or is expected is shown, except the server's own words to the user.
func (f *flow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if stray := f.misdirected(r); stray != nil {
		f.refuse(w, r, stray)
		return
	}
	if f.hasEnded() {
		page(w, http.StatusOK, f.expect.Lang, Ending{Kind: repeated})
		return
	}
	callback, err := f.read(w, r)
	var stray *StrayError
	switch {
	case errors.As(err, &stray):
		f.refuse(w, r, stray)
		return
	case errors.Is(err, errCutOff):
		plain(w, http.StatusBadRequest)
		return
	case !f.end(): // another one was quicker by a moment
		page(w, http.StatusOK, f.expect.Lang, Ending{Kind: repeated})
		return
	}
	defer close(f.answered)
	f.outcome <- outcome{callback, err}
	f.answer(w, r)
}

// answer holds the browser until Finish says how the login ended, but not for
// longer than a person looks at an empty page.
func (f *flow) answer(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{}) // or else r's context ends when a slow request would
	waited := time.NewTimer(f.limits.hold)
	defer waited.Stop()
	shown := Ending{Kind: Pending, Login: f.expect.Login}
	select {
	case shown = <-f.ending:
	case <-waited.C:
	case <-r.Context().Done(): // the browser has gone
		return
	}
	control.SetWriteDeadline(time.Now().Add(f.limits.write))
	page(w, http.StatusOK, f.expect.Lang, shown)
}

// end ends the flow and reports whether it was this call that did.
func (f *flow) end() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	first := !f.ended
	f.ended = true
	return first
}

func (f *flow) hasEnded() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

// equal compares in a time that depends on the lengths alone.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
