package loopback

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// flow answers the hits on a listener while one redirect is awaited.
type flow struct {
	expect  Expect
	origin  string          // scheme and host of the redirect_uri, for messages: its path may be a secret
	path    string          // of the redirect_uri, decoded
	query   url.Values      // of the redirect_uri
	hosts   map[string]bool // the Host headers that were advertised, in lower case
	outcome chan outcome    // yields one

	ending   chan Ending   // takes one, from Finish
	answered chan struct{} // closed when the browser has its page, or has gone
	limits   limits

	mu    sync.Mutex
	ended bool
}

// Check returns why no redirect could fit e, nil when one could. Catch does it too,
// but by then the address has been shown.
func (e Expect) Check() error {
	_, _, err := e.redirect()
	return err
}

// redirect takes RedirectURI apart. It fails for one to which no answer could come.
func (e Expect) redirect() (*url.URL, url.Values, error) {
	u, err := url.Parse(e.RedirectURI)
	if err != nil {
		return nil, nil, fmt.Errorf("redirect_uri: %w", err)
	}
	query, err := url.ParseQuery(u.RawQuery)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("redirect_uri: %w", err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, nil, errors.New("redirect_uri is not an absolute http or https address")
	case u.Fragment != "":
		return nil, nil, errors.New("redirect_uri has a fragment, which browsers keep to themselves (RFC 6749, 3.1.2)")
	case len(e.CodeParams) == 0:
		return nil, nil, errors.New("no parameter is named that could hold the code")
	}
	reserved := append([]string{"error"}, e.CodeParams...)
	if e.State != "" {
		reserved = append(reserved, "state")
	}
	for _, name := range reserved {
		if query.Has(name) {
			return nil, nil, fmt.Errorf("redirect_uri has a parameter %s of its own, which the answer needs", name)
		}
	}
	return u, query, nil
}

// newFlow fails for an expect that no redirect could fit.
func newFlow(l *Listener, expect Expect) (*flow, error) {
	u, query, err := expect.redirect()
	if err != nil {
		return nil, err
	}
	f := &flow{
		expect: expect, origin: u.Scheme + "://" + u.Host, path: pathOf(u), query: query,
		hosts: map[string]bool{}, outcome: make(chan outcome, 1),
		ending: make(chan Ending, 1), answered: make(chan struct{}), limits: l.limits,
	}
	f.advertise(l, u)
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
	query, malformed := url.ParseQuery(r.URL.RawQuery)
	switch {
	case !f.hosts[strings.ToLower(r.Host)] || !equal(f.path, r.URL.Path) || !echoed(f.query, query):
		plain(w, http.StatusNotFound)
		return
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		plain(w, http.StatusMethodNotAllowed)
		return
	case f.hasEnded():
		page(w, http.StatusOK, f.expect.Lang, Ending{Kind: repeated})
		return
	case malformed != nil:
		page(w, http.StatusBadRequest, f.expect.Lang, Ending{Kind: stray})
		return
	}
	callback, err := f.expect.judge(query)
	switch {
	case errors.As(err, new(*StrayError)):
		page(w, http.StatusBadRequest, f.expect.Lang, Ending{Kind: stray})
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

// echoed reports whether the redirect_uri's own parameters came back.
func echoed(own, query url.Values) bool {
	same := true
	for name, want := range own {
		same = slices.EqualFunc(want, query[name], equal) && same
	}
	return same
}

// equal compares in a time that depends on the lengths alone.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
