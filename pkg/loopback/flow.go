package loopback

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/lang"
)

// flow serves the requests to a listener while it waits for one redirect.
type flow struct {
	expect  Expect
	own     redirect
	hosts   map[string]bool // accepted Host headers, in lower case
	outcome chan outcome    // receives one value
	strays  chan Stray      // strays to report; never full

	ending   chan Ending   // receives one value, from Finish
	answered chan struct{} // closed when the browser has its page or has gone
	limits   limits

	mu    sync.Mutex
	ended bool
}

// redirect is a parsed redirect_uri. Its path may be a secret.
type redirect struct {
	*url.URL
	query url.Values
}

// origin returns the part that messages may show.
func (own redirect) origin() string { return own.Scheme + "://" + own.Host }

// Check returns an error if no redirect could match e. [Listener.Catch] also checks
// this, but only after the address has been shown.
func (e Expect) Check() error {
	_, err := e.redirect()
	return err
}

// redirect parses RedirectURI. It returns an error if no response could arrive there.
func (e Expect) redirect() (redirect, error) {
	u, err := url.Parse(e.RedirectURI)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return redirect{}, lang.Errorf(lang.Text{EN: "redirect_uri: expected an address such as http://127.0.0.1:8976/callback", ZH: "redirect_uri：应为 http://127.0.0.1:8976/callback 这样的地址"})
	}
	query, err := url.ParseQuery(u.RawQuery)
	switch {
	case err != nil:
		return redirect{}, lang.Errorf(lang.Text{EN: "redirect_uri: %v", ZH: "redirect_uri 无法解析：%v"}, err)
	case u.Fragment != "":
		return redirect{}, lang.Errorf(lang.Text{EN: "redirect_uri has a fragment, which browsers do not send (RFC 6749, 3.1.2)", ZH: "redirect_uri 带有 # 片段，浏览器不会发送（RFC 6749，3.1.2）"})
	case len(e.CodeParams) == 0:
		return redirect{}, lang.Errorf(lang.Text{EN: "no name for the code parameter is given", ZH: "没有给出授权码的参数名"})
	}
	reserved := slices.Concat(e.errorParams(), e.CodeParams)
	if e.State != "" {
		reserved = append(reserved, "state")
	}
	for _, name := range reserved {
		if query.Has(name) {
			return redirect{}, lang.Errorf(lang.Text{EN: "redirect_uri already has a parameter %s, which is reserved for the response", ZH: "redirect_uri 已有参数 %s，而它留给响应使用"}, name)
		}
	}
	return redirect{u, query}, nil
}

// newFlow returns an error if no redirect could match expect.
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
		strays: make(chan Stray, reasonCount*reportsPerReason),
		ending: make(chan Ending, 1), answered: make(chan struct{}), limits: l.limits,
	}
	f.acceptHosts(l, own.URL)
	return f, nil
}

// Port returns the port of an http or https address, or the scheme's default port.
func Port(u *url.URL) string {
	return cmp.Or(u.Port(), defaultPort(u.Scheme))
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// acceptHosts fills hosts. Requests for other hosts are rejected, to prevent DNS rebinding.
func (f *flow) acceptHosts(l *Listener, redirect *url.URL) {
	add := func(scheme, host, port string) {
		host = strings.ToLower(host)
		f.hosts[net.JoinHostPort(host, port)] = true
		if port == defaultPort(scheme) { // then the header usually has no port
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

// ServeHTTP handles one request. A request that fails a check does not change the flow.
// Responses quote neither the request nor the expected redirect, except for the vendor's
// error text.
func (f *flow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.expect.Beside != nil && f.expect.Beside.Owns(r.URL.Path) {
		f.expect.Beside.ServeHTTP(w, r)
		return
	}
	if stray := f.misdirected(r); stray != nil {
		f.refuse(w, r, stray)
		return
	}
	if f.hasEnded() {
		page(w, http.StatusOK, f.expect.Lang, Ending{Kind: f.kind(repeated)})
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
	case !f.end(): // another redirect came first
		page(w, http.StatusOK, f.expect.Lang, Ending{Kind: f.kind(repeated)})
		return
	}
	defer close(f.answered)
	f.outcome <- outcome{callback, err}
	f.answer(w, r)
}

// answer keeps the browser waiting until Finish says how the login ended, but no
// longer than limits.hold.
func (f *flow) answer(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{}) // otherwise the read deadline would end r's context
	waited := time.NewTimer(f.limits.hold)
	defer waited.Stop()
	shown := Ending{Kind: f.kind(Pending), Login: f.expect.Login}
	select {
	case shown = <-f.ending:
	case <-waited.C:
	case <-r.Context().Done(): // the browser has gone
		return
	}
	control.SetWriteDeadline(time.Now().Add(f.limits.write))
	page(w, http.StatusOK, f.expect.Lang, shown)
}

// kind returns k, or the corresponding kind for a logout if f waits for one.
func (f *flow) kind(k Kind) Kind {
	switch {
	case !f.expect.Logout:
		return k
	case k == unfinished:
		return logoutUnfinished
	}
	return returned
}

// end ends the flow. It returns false if the flow had ended before.
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

// equal compares in constant time, apart from the lengths.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
