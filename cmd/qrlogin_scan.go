package cmd

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/keyboard"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// scan is one QR code of a login, whichever way it is shown. A new one is a new
// login: another address, another state, and the old ones are good for nothing.
type scan struct {
	*root
	client  *client.Client
	view    *scanView
	first   bool // no other code came before
	refresh bool // a code that expires is renewed by itself
	// finish ends the wait: for errRenewed with a new code, for any other error
	// with that.
	finish  context.CancelCauseFunc
	lives   chan time.Duration // of the codes that are shown one after the other
	running sync.WaitGroup     // what the code began, and what ends with it
}

// errRenewed ends a code for a new one.
var errRenewed = errors.New("a new QR code is wanted")

// renew has a new code take this one's place.
func (s *scan) renew() { s.finish(errRenewed) }

// expire tells that the code has, and renews it where that was asked for.
func (s *scan) expire() {
	s.view.setState(scanExpired)
	if s.refresh {
		s.renew()
	}
}

// startScan begins showing a login, and returns; what goes on ends with ctx. The
// redirect comes to the listener.
type startScan func(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error

// catchScan waits for the redirect of a login that start shows, over as many QR
// codes as it takes.
func (r *root) catchScan(ctx context.Context, cl *client.Client, o catchOptions, refresh bool, start startScan) (login.Caught, error) {
	deadline := r.Now().Add(o.wait)
	view := r.newScanView(cl.Profile(), deadline, startAgain)
	defer view.close()
	wait, listen := o.wait, o.listen
	o.strays = r.strays(view)
	for {
		attempt, finish := context.WithCancelCause(ctx)
		s := &scan{root: r, client: cl, view: view, first: !o.renewed, refresh: refresh, finish: finish, lives: make(chan time.Duration)}
		o.show = func(_ context.Context, _ *client.Client, a client.Authorization, l *loopback.Listener, _ time.Time) error {
			// The next code's redirect comes to the same port, where that can be had.
			o.listen = strings.TrimSuffix(l.Addr().String()+","+listen, ",")
			s.watch(attempt)
			return start(attempt, s, a, l)
		}
		caught, err := r.catch(attempt, cl, o)
		why := context.Cause(attempt)
		finish(nil)
		s.running.Wait()
		switch {
		case err == nil:
			view.setState(scanConfirmed)
			return caught, nil
		case ctx.Err() != nil || !errors.Is(err, context.Canceled):
			return caught, r.scanTimeout(err, view, wait)
		case !errors.Is(why, errRenewed):
			return caught, why
		}
		o.renewed, o.wait = true, max(deadline.Sub(r.Now()), time.Millisecond)
	}
}

// lasts has the code expire after a time; zero is that nobody knows when.
func (s *scan) lasts(ctx context.Context, life time.Duration) {
	select {
	case s.lives <- life:
	case <-ctx.Done():
	}
}

// watch ends the code when it has expired, and renews it for the key r.
func (s *scan) watch(ctx context.Context) {
	s.running.Go(func() {
		var expired <-chan time.Time
		for {
			select {
			case <-ctx.Done():
				return
			case life := <-s.lives:
				expired = nil
				if life > 0 {
					expired = time.After(life)
				}
			case <-expired:
				s.expire()
			case key := <-s.view.keys:
				if isRenew(key) {
					s.renew()
				}
			}
		}
	})
}

// scanTimeout says, where nobody came back, what became of the last QR code.
func (r *root) scanTimeout(err error, view *scanView, wait time.Duration) error {
	timeout := (*login.TimeoutError)(nil)
	switch {
	case !errors.As(err, &timeout):
		return err
	case view.over():
		return &scanError{timeout.Profile, view.state.text}
	}
	timeout.Wait = wait // not what was left for the last code
	return timeout
}

// scanError is a login whose last QR code was cancelled or has expired.
type scanError struct {
	profile string
	state   lang.Text
}

func (e *scanError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *scanError) Text() lang.Text {
	return lang.Text{EN: e.profile + ": the scan came to nothing: " + e.state.EN, ZH: e.profile + "：扫码没有完成：" + e.state.In(lang.ZH)}
}

// keys are those that are typed, nil where nobody would think of typing any: no
// terminal, one that a flag takes its value from, or --quiet.
func (r *root) keys() (keys <-chan byte, restore func()) {
	if in, isFile := r.In.(*os.File); isFile && !r.stdin && !r.quiet {
		if keys, restore, ok := keyboard.Listen(in); ok {
			return keys, restore
		}
	}
	return nil, func() {}
}

// isRenew reports whether a key asks for a new QR code.
func isRenew(key byte) bool { return key == 'r' || key == 'R' }

// startAgain says how a person gets a new QR code when there are no keys.
var startAgain = lang.Text{EN: "start again, and --refresh renews it by itself", ZH: "请重新发起，加 --refresh 会自动换新"}
