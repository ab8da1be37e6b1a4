// Package login is a person's login from its beginning to the caught code: it
// listens, has the address shown, and waits for the browser to come back.
package login

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// Flow is one login.
type Flow struct {
	Client *client.Client
	// Listen are candidates HOST:PORT; none means the host and port of
	// redirect_uri when it is loopback, else any free port of 127.0.0.1.
	Listen []string
	// RedirectURI is what the vendor is told; "" means the listener's own address.
	RedirectURI string
	// Certify returns the certificate for these hosts with which the listener is
	// to answer https; nil means http.
	Certify func(hosts []string) (tls.Certificate, error)
	Wait    time.Duration
	// NoState accepts a callback without state, where the profile says that the
	// vendor sends such.
	NoState bool
	Lang    lang.Lang
	Params  url.Values // added to the address
	// Paste returns the next text that a person brings in the browser's place, the
	// redirected address; nil means that nobody does. Its errors end the flow.
	Paste func(context.Context) (string, error)
	// WrongPaste is told why a pasted text is not the redirect, a
	// *loopback.StrayError; what it returns, if anything, ends the flow.
	WrongPaste func(error) error
	// Strays counts and tells what the listener does not take; nil means that
	// nobody is told.
	Strays *loopback.Strays
	// PasteOnly has nobody listen, and takes a code alone as well.
	PasteOnly bool
	// Show has the address shown, once the listener is ready for the answer;
	// with PasteOnly it is closed.
	Show func(client.Authorization, *loopback.Listener) error
	// Page, where set, is what brings the code, instead of Show and the redirect.
	Page func(client.Authorization, *loopback.Listener) (Page, error)
}

// Caught is what came back.
type Caught struct {
	client.Authorization
	Code         string
	StateMissing bool // it came without the state that was sent
	Alone        bool // it was pasted without the address that it came with

	browser interface{ Finish(loopback.Ending) } // nil where none waits
}

// Finish has the browser show how the login ended, as Listener.Finish does. It
// has to be called after every Code, whatever that returned.
func (c Caught) Finish(e loopback.Ending) {
	if c.browser != nil {
		c.browser.Finish(e)
	}
}

// TimeoutError says that nobody came back in time.
type TimeoutError struct {
	Profile string
	Wait    time.Duration
	// Strays is how many requests came and were not taken, Last the last of them;
	// nil where there was none.
	Strays int
	Last   *loopback.StrayError
}

func (e *TimeoutError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *TimeoutError) Text() lang.Text {
	wait := lang.Span(e.Wait)
	switch {
	case e.Last == nil:
		return lang.Text{EN: e.Profile + ": nobody came back within " + wait.EN, ZH: e.Profile + "：" + wait.ZH + "内没有等到登录结果"}
	case e.Strays == 1:
		return lang.Text{
			EN: fmt.Sprintf("%s: no login came back within %s; 1 request came and was not taken: %s", e.Profile, wait.EN, e.Last),
			ZH: fmt.Sprintf("%s：%s内没有等到登录结果；收到 1 个请求，未采用：%s", e.Profile, wait.ZH, e.Last.Text().In(lang.ZH)),
		}
	}
	return lang.Text{
		EN: fmt.Sprintf("%s: no login came back within %s; %d requests came and were not taken, the last one: %s", e.Profile, wait.EN, e.Strays, e.Last),
		ZH: fmt.Sprintf("%s：%s内没有等到登录结果；收到 %d 个请求，均未采用，最后一个：%s", e.Profile, wait.ZH, e.Strays, e.Last.Text().In(lang.ZH)),
	}
}

// errWaited is the cause with which the flow's own wait ends.
var errWaited = errors.New("the wait is over")

// overdue is the error of a deadline: the flow's own, or the caller's.
func (f Flow) overdue(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, errWaited) {
		return err
	}
	e := &TimeoutError{Profile: f.Client.Profile().Name, Wait: f.Wait}
	if f.Strays != nil {
		e.Strays, e.Last = f.Strays.Counted()
	}
	return e
}

// Code runs the flow until the code is caught, or pasted: whichever comes first.
// The errors are those of Client.Authorize, a *loopback.ListenError, a
// *loopback.CallbackError, a *TimeoutError, and what Show, Paste and WrongPaste
// returned.
func (f Flow) Code(ctx context.Context) (Caught, error) {
	p := f.Client.Profile()
	step, err := p.Offer("authorize")
	if err != nil {
		return Caught{}, err
	}
	l, err := f.listen()
	if err != nil {
		return Caught{}, err
	}
	caught := false
	defer func() {
		if !caught { // else it tells a browser that comes again, and then closes itself
			l.Close()
		}
	}()
	options := f.options(l, step)
	options.Params = f.Params
	auth, err := f.Client.Authorize(options)
	if err != nil {
		return Caught{}, err
	}
	if f.Page != nil {
		caught = true // the page is told as well, and then closes it
		return f.catchPage(ctx, auth, l)
	}
	expect := loopback.Expect{
		RedirectURI: auth.RedirectURI, CodeParams: step.CodeParams(), State: auth.State,
		StateOptional: f.NoState && step.State == profile.StateOptional, CodeAlone: f.PasteOnly,
		Strays: f.Strays, Lang: f.Lang, Login: p.Caption(f.Lang),
	}
	if err := expect.Check(); err != nil {
		return Caught{}, &profile.Error{Key: p.Name, Problem: err.Error()}
	}
	// The countdown that Show starts ends with the flow.
	ctx, cancel := context.WithTimeoutCause(ctx, f.Wait, errWaited)
	defer cancel()
	if err := f.Show(auth, l); err != nil {
		return Caught{}, err
	}
	got, byBrowser, err := f.await(ctx, l, expect)
	if errors.Is(err, context.DeadlineExceeded) {
		return Caught{}, f.overdue(ctx)
	}
	if !got.Alone && (err == nil || errors.As(err, new(*loopback.CallbackError))) {
		f.Client.Returned(address(auth, got, err), err)
	}
	out := Caught{auth, got.Code, got.StateMissing, got.Alone, nil}
	if caught = byBrowser; caught {
		out.browser = l
	}
	return out, err
}

// listen opens the listener and has it answer https, if it is to. With PasteOnly
// it is closed again: what is wanted is an address at which nobody is.
func (f Flow) listen() (*loopback.Listener, error) {
	l, err := loopback.Listen(f.addrs())
	if err != nil {
		return nil, err
	}
	if err = f.secure(l); err != nil || f.PasteOnly {
		l.Close()
	}
	return l, err
}

// address is the one that the browser came back to.
func address(a client.Authorization, got loopback.Callback, err error) *url.URL {
	u, _ := url.Parse(a.RedirectURI) // Expect.Check has parsed it
	query := got.Query
	if refused, ok := errors.AsType[*loopback.CallbackError](err); ok {
		query = u.Query()
		for name, value := range map[string]string{"error": refused.Code, "error_description": refused.Description, "error_uri": refused.URI, "state": a.State} {
			if value != "" && (name != "state" || !refused.StateMissing) {
				query.Set(name, value)
			}
		}
	}
	u.RawQuery = query.Encode()
	return u
}

// addrs are the candidates to listen on.
func (f Flow) addrs() []string {
	u := f.ownURL()
	if len(f.Listen) > 0 {
		return sentToLocalhost(f.Listen, u)
	}
	if u != nil && !f.PasteOnly { // or else the port need not be free
		return []string{net.JoinHostPort(u.Hostname(), loopback.Port(u))}
	}
	return []string{"127.0.0.1:0"}
}

// sentToLocalhost are candidates for a redirect_uri. Where that is one of them by
// the name localhost, no other process may have either of the addresses behind
// that name.
func sentToLocalhost(addrs []string, redirect *url.URL) []string {
	if redirect == nil || !strings.EqualFold(redirect.Hostname(), "localhost") {
		return addrs
	}
	out := make([]string, len(addrs))
	for i, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		same := redirect.Port() == "0" || port == loopback.Port(redirect)
		if out[i] = addr; err == nil && same && slices.Contains([]string{"", "127.0.0.1", "::1"}, host) {
			out[i] = net.JoinHostPort("localhost", port)
		}
	}
	return out
}

// secure gives the listener its certificate, if it is to have one.
func (f Flow) secure(l *loopback.Listener) error {
	if f.Certify == nil {
		return nil
	}
	hosts := []string{"127.0.0.1", "localhost", "::1", l.Addr().IP.String()}
	if u, err := url.Parse(f.RedirectURI); err == nil && u.Hostname() != "" {
		hosts = append(hosts, u.Hostname())
	}
	certificate, err := f.Certify(hosts)
	if err == nil {
		l.Secure(certificate)
	}
	return err
}

// options say where the browser is to return: to the address that was given, or
// to the listener's own.
func (f Flow) options(l *loopback.Listener, step *profile.Step) client.AuthorizeOptions {
	if f.RedirectURI == "" {
		path := "/callback"
		if step.State == profile.StateRedirect {
			path = "/" // the woven part alone keeps a QR code small
		}
		return client.AuthorizeOptions{RedirectURI: l.URL(path), Own: true}
	}
	if u := f.ownURL(); u != nil && u.Port() == "0" {
		host := net.JoinHostPort(u.Hostname(), fmt.Sprint(l.Addr().Port))
		ip := l.Addr().IP
		named := strings.EqualFold(u.Hostname(), "localhost") && ip.Equal(net.IPv4(127, 0, 0, 1))
		if len(f.Listen) > 0 && ip.IsLoopback() && !named { // which of the loopback addresses it is, the listener knows
			host = l.Addr().String()
		}
		return client.AuthorizeOptions{RedirectURI: strings.Replace(f.RedirectURI, u.Host, host, 1)}
	}
	return client.AuthorizeOptions{RedirectURI: f.RedirectURI}
}

// ownURL is the redirect_uri when it is an address of this machine which the
// listener can answer, else nil.
func (f Flow) ownURL() *url.URL {
	scheme := "http"
	if f.Certify != nil {
		scheme = "https"
	}
	if u, err := url.Parse(f.RedirectURI); err == nil && IsOwn(f.RedirectURI, scheme) {
		return u
	}
	return nil
}

// IsOwn reports whether an address has that scheme, and leads to this machine only.
func IsOwn(address, scheme string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == scheme && IsLoopback(u.Hostname())
}

// IsLoopback reports whether only this machine can reach the host.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
