package present

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// scan is one QR code of a login. Each new QR code is a new login with a new address and a
// new state; the old ones are no longer accepted.
type scan struct {
	*scanView
	how     presenter
	first   bool   // the first QR code of this run
	refresh bool   // renew an expired code without being asked
	at      string // the listener's address
	// finish ends the wait. errRenewed starts a new code; any other error ends the login.
	finish  context.CancelCauseFunc
	lives   chan time.Duration // receives the lifetime of each code when it is shown
	running sync.WaitGroup     // goroutines that end with this code
}

// errRenewed ends a code so that a new one replaces it.
var errRenewed = errors.New("a new QR code is wanted")

// renew replaces this code with a new one.
func (s *scan) renew() { s.finish(errRenewed) }

// expire shows that the code has expired, and renews it if that is wanted.
func (s *scan) expire() {
	s.setState(scanExpired)
	if s.refresh {
		s.renew()
	}
}

// presenter is a way to show a scan.
type presenter interface {
	// present starts showing a login and returns at once. The login is shown until ctx
	// ends; its redirect arrives at the listener.
	present(context.Context, *scan, client.Authorization, *loopback.Listener) error
}

// catchScan shows a login and waits for its redirect, with as many QR codes as it takes.
func (d Deps) catchScan(ctx context.Context, f login.Flow, refresh bool, how presenter) (login.Caught, error) {
	wait, listen, deadline := f.Wait, f.Listen, d.Now().Add(f.Wait)
	view := d.newScanView(f.Client.Profile(), deadline, startAgain)
	defer view.close()
	f.Strays = view.strays()
	for first := true; ; first = false {
		attempt, finish := context.WithCancelCause(ctx)
		s := &scan{scanView: view, how: how, first: first, refresh: refresh, finish: finish, lives: make(chan time.Duration)}
		f.View = s
		caught, err := f.Code(attempt)
		why := context.Cause(attempt)
		finish(nil)
		s.running.Wait()
		switch {
		case err == nil:
			view.setState(scanConfirmed)
			return caught, nil
		case ctx.Err() != nil || !errors.Is(err, context.Canceled):
			return caught, view.timeout(err, wait)
		case !errors.Is(why, errRenewed):
			return caught, why
		}
		f.Wait = max(deadline.Sub(d.Now()), time.Millisecond)
		f.Listen = slices.Concat([]string{s.at}, listen) // on the same port, if it is still free
	}
}

// Show implements [login.View].
func (s *scan) Show(ctx context.Context, a client.Authorization, l *loopback.Listener) error {
	if s.first {
		s.WarnUnbound(s.profile, a)
	}
	s.at = l.Addr().String()
	s.running.Go(func() { s.watch(ctx) })
	return s.how.present(ctx, s, a, l)
}

// expireAfter makes the code expire after a time; zero means that the time is unknown.
func (s *scan) expireAfter(ctx context.Context, life time.Duration) {
	select {
	case s.lives <- life:
	case <-ctx.Done():
	}
}

// watch ends the code when it expires, and renews it when the key r is pressed.
func (s *scan) watch(ctx context.Context) {
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
		case key := <-s.keys:
			if isRenew(key) {
				s.renew()
			}
		}
	}
}

// isRenew reports whether a key asks for a new QR code.
func isRenew(key byte) bool { return key == 'r' || key == 'R' }

// startAgain says how to get a new QR code without keys.
var startAgain = lang.Text{EN: "start again; with --refresh it renews itself", ZH: "请重新发起，加 --refresh 会自动换新"}

// ScanError says that the last QR code of a login was cancelled or has expired.
type ScanError struct {
	Profile string
	State   lang.Text // of the scan
}

func (e *ScanError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback].
func (*ScanError) Failure() failure.Kind { return failure.Callback }

// Details returns what the error says to scripts.
func (e *ScanError) Details() failure.Details { return failure.Details{Profile: e.Profile} }

// Text is the error in both languages.
func (e *ScanError) Text() lang.Text {
	return lang.Text{EN: e.Profile + ": the scan was not completed: " + e.State.EN, ZH: e.Profile + "：扫码没有完成：" + e.State.In(lang.ZH)}
}

// Hint says how to get a new QR code.
func (e *ScanError) Hint() lang.Text { return startAgain }

// timeout returns a [*ScanError] for a timeout after the last QR code was cancelled or
// expired. To any other timeout it adds the whole wait. Other errors stay as they are.
func (v *scanView) timeout(err error, wait time.Duration) error {
	timeout := (*login.TimeoutError)(nil)
	if !errors.As(err, &timeout) {
		return err
	}
	if last := v.current(); last.over {
		return &ScanError{timeout.Profile, last.text}
	}
	timeout.Wait = wait // not only the last code's part of the wait
	return timeout
}
