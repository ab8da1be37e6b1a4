package loopback

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"ssoctl/pkg/lang"
)

// Expect describes the awaited redirect, and says how to handle requests.
type Expect struct {
	// RedirectURI is the address given to the vendor: absolute, http or https, without
	// a fragment. Only its path is served. Its host is accepted in addition to the
	// listener's own addresses, for tunnels and proxies that forward here. Parameters
	// in its query must come back unchanged. So an unguessable part of the path or
	// query binds the redirect to this run, even if the vendor returns no state.
	RedirectURI string
	// CodeParams are the possible names of the code parameter, such as code or
	// auth_code. A redirect with more than one code is not accepted, even under
	// different names.
	CodeParams []string
	// Reader reads the redirect of a vendor with its own parameter names; nil means CodeParams,
	// error and error_description. With a Reader, CodeParams and ErrorParams are the
	// parameters that it looks at, for messages and to recognise part of a response.
	Reader      Reader
	ErrorParams []string // without any: error
	// State is the required value of the parameter state. If State is "", none was
	// sent, and the parameter is ignored.
	State string
	// StateOptional also accepts a redirect without state, but never one with an empty
	// or wrong state.
	StateOptional bool
	// KnownNoState means that the vendor is known to leave state out. The hint of the
	// [StrayError] then says so.
	KnownNoState bool
	// Issuer is the required value of the parameter iss (RFC 9207), which may be missing
	// unless IssuerRequired. If Issuer is "", the parameter is ignored.
	Issuer         string
	IssuerRequired bool
	// CodeAlone makes [Expect.Read] accept a code instead of an address.
	CodeAlone bool
	// Logout means that the redirect ends a logout and brings no code. Pages and messages then
	// say so.
	Logout bool
	// Beside is served beside the redirect; may be nil.
	Beside Beside
	// Strays counts and reports the requests that are not the awaited redirect; may be
	// nil.
	Strays *Strays
	// Lang is the language of the page in the browser. Login is the name of the login
	// on that page if [Listener.Finish] is not called in time.
	Lang  lang.Lang
	Login string
}

// Beside handles the requests that are not about the redirect, such as those for a page that
// leads to it. Like the handler of [Listener.Serve], it checks them itself.
type Beside interface {
	http.Handler
	Owns(path string) bool // reports whether a path belongs to it, in the same time for any path
}

// Reader reads the parameters of a redirect, which may be forged if the vendor returns no
// state. It must end in bounded time.
type Reader interface {
	Read(params url.Values) Response
}

// Response is what the parameters of a redirect say: a code or an error. A field is empty if
// the redirect does not have it.
type Response struct {
	Code, Error, Description string
	// Repeated are the parameters that occur more than once, if the redirect is ambiguous
	// because of them.
	Repeated []string
}

// Callback is the redirect that arrived.
type Callback struct {
	// Code is never empty, except beside a [*CallbackError]. It is a secret until it has
	// been exchanged.
	Code string
	// Query contains all parameters, including the code.
	Query url.Values
	// StateMissing means that the redirect had no state although one was sent. Only
	// StateOptional allows that.
	StateMissing bool
	// Alone means that the code came without an address: Query is nil, and the code
	// may belong to another login.
	Alone bool
}

// outcome is the result of Catch: a Callback, or a *CallbackError in err.
type outcome struct {
	callback Callback
	err      error
}

// Catch serves until a redirect that matches expect arrives or ctx ends. It fails at once
// if no redirect could match: see [Expect.Check].
//
// If the redirect brings an error instead of a code, the error is a [*CallbackError].
// If ctx ends first, the error wraps ctx.Err() and the listener is closed. A redirect
// that is being judged at that moment still counts.
//
// Catch returns as soon as the redirect arrives, while the browser still waits for its
// page. Call [Listener.Finish] before the process exits, to show how the login ended.
// For less than a second the listener still answers repeated redirects, with a page that
// says that the window can be closed. Then it stops listening. Catch can be called once.
func (l *Listener) Catch(ctx context.Context, expect Expect) (Callback, error) {
	f, err := newFlow(l, expect)
	if err != nil {
		return Callback{}, err
	}
	broken := make(chan error, 1)
	go func() { broken <- l.Serve(f) }()
	out, err := f.wait(ctx, broken)
	if err != nil {
		l.Close()
		return Callback{}, fmt.Errorf("wait for the redirect to %s: %w", f.own.origin(), err)
	}
	l.mu.Lock()
	l.caught = f
	l.mu.Unlock()
	l.lingerOn(f)
	return out.callback, out.err
}

// wait returns the outcome, or an error if ctx ends or the server fails first. It reports
// the strays, so that a slow terminal does not delay any response.
func (f *flow) wait(ctx context.Context, broken <-chan error) (outcome, error) {
	defer f.reportRest()
	for {
		var err error
		select {
		case out := <-f.outcome:
			return out, nil
		case stray := <-f.strays:
			f.expect.Strays.report(stray)
			continue
		case <-ctx.Done():
			err = ctx.Err()
		case err = <-broken:
		}
		if !f.end() { // a redirect came first, and is being judged
			return <-f.outcome, nil
		}
		return outcome{}, err
	}
}

// reportRest reports the strays that arrived just before the wait ended.
func (f *flow) reportRest() {
	for {
		select {
		case stray := <-f.strays:
			f.expect.Strays.report(stray)
		default:
			return
		}
	}
}

// lingerOn keeps serving repeated redirects for a moment and waits until f has sent
// its page. Then it closes the listener.
func (l *Listener) lingerOn(f *flow) {
	time.AfterFunc(l.limits.linger, func() {
		for _, socket := range l.sockets {
			socket.Close()
		}
		<-f.answered
		ctx, cancel := context.WithTimeout(context.Background(), l.limits.grace)
		defer cancel()
		l.server.Shutdown(ctx)
		l.Close()
	})
}

// Finish shows in the browser how the login ended. It returns when the page has been
// handed to the kernel, so the process may exit right away. It also returns if the
// browser has gone, does not read the page within a second, or was given another page
// because Finish came more than ten seconds after the redirect. Without a caught
// redirect it does nothing.
func (l *Listener) Finish(e Ending) {
	l.mu.Lock()
	f := l.caught
	l.mu.Unlock()
	if f == nil {
		return
	}
	select {
	case f.ending <- e:
	default: // Finish was called before
	}
	select {
	case <-f.answered:
	case <-time.After(l.limits.handover):
	}
}
