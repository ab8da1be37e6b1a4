// Package login runs a login in the user's browser: it listens for the redirect, shows
// the authorize URL, and waits for the code. Fill in a [Flow] and call [Flow.Code], then
// [Caught.Finish] to show in the browser how the login ended. [Logout] does the same for a logout.
package login

import (
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"slices"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// Flow is one login.
type Flow struct {
	Client *client.Client
	// Listen are the candidate addresses to listen on, HOST:PORT. Without any, the flow
	// listens on the host and port of RedirectURI if that is a loopback URL, otherwise on
	// a free port of 127.0.0.1.
	Listen []string
	// RedirectURI is the redirect_uri to send; "" means a URL of the listener.
	RedirectURI string
	// Certify returns a certificate for these hosts. The listener then serves https; nil means
	// http.
	Certify func(hosts []string) (tls.Certificate, error)
	Wait    time.Duration // how long to wait for the code
	// NoState accepts a callback without state if the profile says that the vendor
	// may leave the state out.
	NoState bool
	Lang    lang.Lang
	Params  url.Values // extra parameters of the authorize URL
	View    View
	// Paster reads the redirect from a person, in addition to the listener; may be nil.
	Paster Paster
	// PasteOnly means that nothing listens, and that the code may be pasted without its
	// URL.
	PasteOnly bool
	// Server, if set, serves a page that obtains the code. It replaces View and the
	// redirect.
	Server Server
	// Beside is served beside the redirect; may be nil.
	Beside loopback.Beside
	// Strays counts and reports requests that the listener ignores; may be nil.
	Strays *loopback.Strays
}

// View shows a login.
type View interface {
	// Show shows the authorize URL. It is called when the listener is ready for the
	// redirect; with PasteOnly, the listener is closed. What Show starts ends with ctx. An
	// error from it ends the flow.
	Show(ctx context.Context, a client.Authorization, l *loopback.Listener) error
}

// Paster reads what a person pastes. An error from its methods ends the flow.
type Paster interface {
	// Next returns the next text: the URL that the browser was redirected to.
	Next(context.Context) (string, error)
	// Wrong reports why the last text is not the redirect, a [*loopback.StrayError].
	Wrong(error) error
}

// Caught is the result of a login: the code, and the authorization that it belongs to.
type Caught struct {
	client.Authorization
	Code         string
	Redirect     []client.Done // the responses so far and the callback, see [client.Client.Redirected]
	StateMissing bool          // the callback had no state
	Alone        bool          // the code was pasted without its URL

	browser interface{ Finish(loopback.Ending) } // nil if no browser is waiting
}

// Finish shows in the browser how the login ended, like [loopback.Listener.Finish].
// Call it after every [Flow.Code], even after an error.
func (c Caught) Finish(e loopback.Ending) {
	if c.browser != nil {
		c.browser.Finish(e)
	}
}

// Code runs the flow until a code is caught or pasted. The error is one of
// [client.Client.Authorize], of View, Server or Paster, or a
// [*loopback.ListenError], [*loopback.CallbackError] or [*TimeoutError].
func (f Flow) Code(ctx context.Context) (Caught, error) {
	p := f.Client.Profile()
	step, err := p.Offer(profile.StepAuthorize)
	if err != nil {
		return Caught{}, err
	}
	l, err := f.listen()
	if err != nil {
		return Caught{}, err
	}
	caught := false
	defer closeUnless(&caught, l)
	options := f.options(l, step)
	options.Params = f.Params
	auth, err := f.Client.Authorize(ctx, options)
	if err != nil {
		return Caught{}, err
	}
	if f.Server != nil {
		caught = true // catchPage or Finish closes the listener
		return f.catchPage(ctx, auth, l)
	}
	expect, err := f.expect(step, auth)
	if err != nil {
		return Caught{}, err
	}
	if err := expect.Check(); err != nil {
		return Caught{}, &profile.Error{Key: p.Name, Problem: lang.Of(err)}
	}
	out, err := f.catch(ctx, auth, l, expect)
	caught = out.browser != nil
	return out, err
}

// catch shows the authorize URL, and waits for the redirect or for what a person pastes.
func (f Flow) catch(ctx context.Context, auth client.Authorization, l *loopback.Listener, expect loopback.Expect) (Caught, error) {
	back, err := f.showAndAwait(ctx, auth, l, expect)
	if err != nil {
		return Caught{}, err
	}
	got, err := back.Callback, back.err
	if !got.Alone && back.ended() {
		f.Client.Returned(address(auth, got), err)
	}
	responses := append(slices.Clone(auth.Before), f.Client.Redirected(got.Query)...)
	out := Caught{auth, got.Code, responses, got.StateMissing, got.Alone, nil}
	if back.byBrowser {
		out.browser = l
	}
	return out, err
}

// showAndAwait shows the address, and waits for the redirect or for what a person pastes. If
// there is neither, it returns the error of View or a [*TimeoutError].
func (f Flow) showAndAwait(ctx context.Context, auth client.Authorization, l *loopback.Listener, expect loopback.Expect) (arrival, error) {
	// Start the wait first: the countdown that Show displays must end with it.
	ctx, cancel := context.WithTimeoutCause(ctx, f.Wait, errWaited)
	defer cancel()
	if err := f.View.Show(ctx, auth, l); err != nil {
		return arrival{}, err
	}
	got, byBrowser, err := f.await(ctx, l, expect)
	if errors.Is(err, context.DeadlineExceeded) {
		return arrival{}, f.overdue(ctx)
	}
	return arrival{got, byBrowser, err}, nil
}

// expect describes the redirect that ends the login.
func (f Flow) expect(step *profile.Step, auth client.Authorization) (loopback.Expect, error) {
	out, err := f.Client.Expect(auth.RedirectURI, auth.State)
	out.KnownNoState = step.State == profile.StateOptional
	out.StateOptional, out.CodeAlone = f.NoState && out.KnownNoState, f.PasteOnly
	out.Beside, out.Strays, out.Lang, out.Login = f.Beside, f.Strays, f.Lang, f.Client.Profile().Caption(f.Lang)
	return out, err
}

// address returns the URL that the browser was redirected to.
func address(a client.Authorization, got loopback.Callback) *url.URL {
	u, _ := url.Parse(a.RedirectURI) // Expect.Check has parsed it
	u.RawQuery = got.Query.Encode()
	return u
}

// CheckReturn refuses a login that no browser could return from: the authorize address has no
// redirect_uri, and we do not know the one that is registered.
func (f Flow) CheckReturn() error {
	p := f.Client.Profile()
	u, err := url.Parse(f.RedirectURI)
	if p.Authorize == nil || p.StartUses("redirect_uri") || err == nil && f.RedirectURI != "" && u.Port() != "0" {
		return nil
	}
	return failure.Usagef(lang.Text{EN: "%s: the authorize address does not say where to return, so the browser returns to the registered address: give that address with --redirect-uri URL", ZH: "%s：授权地址里没有回调地址，浏览器会回到已登记的地址：请用 --redirect-uri URL 给出它"}, p.Name)
}
