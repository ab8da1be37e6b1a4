package login

import (
	"context"
	"errors"

	"ssoctl/pkg/loopback"
)

// arrival is a callback from the browser or a person, or the error that ended the wait.
type arrival struct {
	loopback.Callback
	byBrowser bool
	err       error
}

// ended reports whether the arrival is a callback, with or without a code. Other errors
// concern only the wait.
func (a arrival) ended() bool {
	return a.err == nil || errors.As(a.err, new(*loopback.CallbackError))
}

// await waits for a redirect to the listener, a pasted one, or the end of ctx, and returns
// the first of them.
func (f Flow) await(ctx context.Context, l *loopback.Listener, expect loopback.Expect) (got loopback.Callback, byBrowser bool, err error) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	arrivals := make(chan arrival, 2)
	sources := 0
	if !f.PasteOnly {
		sources++
		go func() {
			got, err := l.Catch(waiting, expect)
			a := arrival{got, true, err}
			a.byBrowser = a.ended()
			arrivals <- a
		}()
	}
	if f.Paster != nil {
		sources++
		go func() {
			got, err := f.paste(waiting, expect)
			arrivals <- arrival{got, false, err}
		}()
	}
	first := <-arrivals
	stop()
	// Both may have come at once. Prefer the browser, which is waiting for its page.
	if sources == 2 && !first.byBrowser {
		if other := <-arrivals; other.byBrowser {
			first = other
		}
	}
	return first.Callback, first.byBrowser, first.err
}

// paste returns the first pasted text that is the awaited redirect.
func (f Flow) paste(ctx context.Context, expect loopback.Expect) (loopback.Callback, error) {
	for {
		text, err := f.Paster.Next(ctx)
		if err != nil {
			return loopback.Callback{}, err
		}
		got, err := expect.Read(text)
		if !errors.As(err, new(*loopback.StrayError)) {
			return got, err
		}
		if err := f.Paster.Wrong(err); err != nil {
			return got, err
		}
	}
}
