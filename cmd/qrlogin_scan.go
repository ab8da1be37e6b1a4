package cmd

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/keyboard"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// scan is one QR code of a login, for all ways to show it. Each new QR code is a new login
// with a new address and a new state; the old ones are no longer accepted.
type scan struct {
	*root
	client  *client.Client
	view    *scanView
	first   bool // the first QR code of this run
	refresh bool // renew an expired code without being asked
	// finish ends the wait. errRenewed starts a new code; any other error ends the login.
	finish  context.CancelCauseFunc
	lives   chan time.Duration // lifetimes of the codes, as they are shown
	running sync.WaitGroup     // goroutines that end with this code
}

// errRenewed ends a code so that a new one replaces it.
var errRenewed = errors.New("a new QR code is wanted")

// renew replaces this code with a new one.
func (s *scan) renew() { s.finish(errRenewed) }

// expire shows that the code has expired, and renews it with --refresh.
func (s *scan) expire() {
	s.view.setState(scanExpired)
	if s.refresh {
		s.renew()
	}
}

// startScan starts showing a login and returns at once. The login is shown until ctx ends;
// its redirect arrives at l.
type startScan func(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error

// catchScan shows a login with start and waits for its redirect, with as many QR codes as
// it takes.
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
			// Listen on the same port for the next code, if it is still free.
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

// lasts makes the code expire after a time; zero means that the time is unknown.
func (s *scan) lasts(ctx context.Context, life time.Duration) {
	select {
	case s.lives <- life:
	case <-ctx.Done():
	}
}

// watch ends the code when it expires, and renews it when the key r is pressed.
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

// scanTimeout returns a *scanError for a timeout after the last QR code was cancelled or
// expired. To any other timeout it adds the whole wait. Other errors stay as they are.
func (r *root) scanTimeout(err error, view *scanView, wait time.Duration) error {
	timeout := (*login.TimeoutError)(nil)
	switch {
	case !errors.As(err, &timeout):
		return err
	case view.over():
		return &scanError{timeout.Profile, view.state.text}
	}
	timeout.Wait = wait // the whole wait, not the last code's part of it
	return timeout
}

// scanError is the error of a login whose last QR code was cancelled or has expired.
type scanError struct {
	profile string
	state   lang.Text
}

func (e *scanError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback].
func (*scanError) Failure() failure.Kind { return failure.Callback }

// Details returns what the error says to scripts.
func (e *scanError) Details() failure.Details {
	return failure.Details{Profile: e.profile}
}

// Text is the error in both languages.
func (e *scanError) Text() lang.Text {
	return lang.Text{EN: e.profile + ": the scan was not completed: " + e.state.EN, ZH: e.profile + "：扫码没有完成：" + e.state.In(lang.ZH)}
}

// keys returns the keys that a person types. The channel is nil without a terminal, with
// --quiet, and if standard input has been read for a value.
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

// startAgain says how to get a new QR code without keys.
var startAgain = lang.Text{EN: "start again; with --refresh it renews itself", ZH: "请重新发起，加 --refresh 会自动换新"}
