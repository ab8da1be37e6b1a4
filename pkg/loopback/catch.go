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
	// CodeAlone has Read take a text that is no address for the code itself.
	CodeAlone bool
	// Strays counts the hits that are not the awaited redirect, and tells of them;
	// nil means that nobody is told.
	Strays *Strays
	// Lang is the language of the page in the browser, and Login what that calls
	// the login where it does not wait for Finish.
	Lang  lang.Lang
	Login string
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
	// Alone reports that nothing came with the code: Query is nil, and nothing
	// tells whether it belongs to this login.
	Alone bool
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
// that was being judged at that moment still counts.
//
// Catch returns at once. The browser still waits for its page: Finish has it say
// how the login ended, and has to be called before the process exits. A browser
// that comes again meanwhile is told that it can close the page; within a second
// nobody listens any more. Catch can be called once.
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

// wait returns the outcome, or why none can come: ctx ended, or broken yielded.
// Meanwhile it tells of strays: here, so that a slow terminal holds no answer up.
func (f *flow) wait(ctx context.Context, broken <-chan error) (outcome, error) {
	defer f.tellRest()
	for {
		var err error
		select {
		case out := <-f.outcome:
			return out, nil
		case stray := <-f.strays:
			f.expect.Strays.tell(stray)
			continue
		case <-ctx.Done():
			err = ctx.Err()
		case err = <-broken:
		}
		if !f.end() { // a redirect was quicker, and is being judged
			return <-f.outcome, nil
		}
		return outcome{}, err
	}
}

// tellRest tells of the hits that came just before the wait ended.
func (f *flow) tellRest() {
	for {
		select {
		case stray := <-f.strays:
			f.expect.Strays.tell(stray)
		default:
			return
		}
	}
}

// lingerOn leaves the server to answer repeats for a moment, and to f its page.
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

// Finish has the browser that brought the redirect show how the login ended. It
// returns when the page has been handed to the kernel, so that the process may
// exit right away; or when the browser has gone, has its page already because
// Finish came later than ten seconds, or takes nothing in for a second. Without
// a caught redirect it does nothing.
func (l *Listener) Finish(e Ending) {
	l.mu.Lock()
	f := l.caught
	l.mu.Unlock()
	if f == nil {
		return
	}
	select {
	case f.ending <- e:
	default: // it has been told before
	}
	select {
	case <-f.answered:
	case <-time.After(l.limits.handover):
	}
}
