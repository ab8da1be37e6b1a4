package loopback

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"ssoctl/pkg/lang"
)

// Expect says which redirect is the awaited one.
type Expect struct {
	// RedirectURI is the address that the vendor was given: absolute, http or
	// https, without a fragment. Its path is the only one that is answered. Its
	// host is accepted beside the listener's own addresses, which matters when
	// a tunnel, a proxy or another interface stands between. Parameters in its
	// query have to come back with the same values. An unguessable part of path
	// or query therefore binds the redirect to this run, even where the vendor
	// has no state.
	RedirectURI string
	// CodeParams are the names under which the code may come, such as code or
	// auth_code. Two codes are one too many, under one name or two.
	CodeParams []string
	// State is the value that the parameter state must have; empty means that
	// none was sent, and then none is looked at.
	State string
	// StateOptional also accepts a redirect without any state. A wrong or empty
	// one is never accepted.
	StateOptional bool
	// Lang is the language of the page in the browser.
	Lang lang.Lang
}

// Callback is the redirect that came.
type Callback struct {
	// Code is never empty. It is a secret until it has been traded.
	Code string
	// Query holds every parameter, the code's among them.
	Query url.Values
	// StateMissing reports that a state was expected and none came, which only
	// StateOptional lets pass.
	StateMissing bool
}

// outcome is what ends a Catch: a Callback, or a *CallbackError as err.
type outcome struct {
	callback Callback
	err      error
}

// Catch serves until one redirect that fits expect has come, or ctx ends. An
// expect that no redirect could fit is an error before anything is served.
//
// A redirect with an error instead of a code is a *CallbackError. When ctx
// ends first, the error wraps ctx.Err() and the listener is closed. A redirect
// that was being answered at that moment still counts.
//
// After a redirect, Catch returns as soon as the browser's page has been handed
// to the kernel; the process may exit right away. In the background, and for
// less than a second, the listener goes on telling a browser that comes again
// that it can close the page. Catch can be called once.
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
		return Callback{}, fmt.Errorf("wait for the redirect to %s: %w", f.origin, err)
	}
	l.lingerOn()
	return out.callback, out.err
}

// wait returns the outcome, or why none can come: ctx ended, or broken yielded.
func (f *flow) wait(ctx context.Context, broken <-chan error) (outcome, error) {
	var err error
	select {
	case out := <-f.outcome:
		return out, nil
	case <-ctx.Done():
		err = ctx.Err()
	case err = <-broken:
	}
	if !f.end() { // a redirect was quicker, and is being answered
		return <-f.outcome, nil
	}
	return outcome{}, err
}

// lingerOn leaves the server to answer repeats for a moment.
func (l *Listener) lingerOn() {
	time.AfterFunc(l.limits.linger, func() {
		ctx, cancel := context.WithTimeout(context.Background(), l.limits.grace)
		defer cancel()
		l.server.Shutdown(ctx)
		l.Close()
	})
}
