package login

import (
	"context"
	"errors"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Device is a login on another device (RFC 8628), which polls the server instead of waiting for
// a redirect.
type Device struct {
	Client *client.Client
	Wait   time.Duration      // how long to wait for the person
	Now    func() time.Time   // the client's clock
	More   []profile.StepName // steps to run in addition to those of every login
	View   DeviceView
}

// DeviceView shows a login on another device.
type DeviceView interface {
	// Show shows where to enter the code, until the deadline.
	Show(d client.Device, deadline time.Time)
	// Retry reports a poll that failed, and when the next one is.
	Retry(err error, in time.Duration)
}

// DeviceError means that the person declined a login on another device, or that its code expired.
type DeviceError struct {
	Profile string
	Expired bool            // otherwise the person declined
	Refusal *client.Refusal // nil if the code expired without a refusal
}

func (e *DeviceError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback], as for a redirect with an error.
func (*DeviceError) Failure() failure.Kind { return failure.Callback }

// Details returns what the error says to scripts.
func (e *DeviceError) Details() failure.Details {
	if e.Refusal != nil {
		return e.Refusal.Details()
	}
	return failure.Details{Profile: e.Profile, Step: string(profile.StepDeviceToken)}
}

// Text returns the error in both languages.
func (e *DeviceError) Text() lang.Text {
	if e.Expired {
		return lang.Sprintf(lang.Text{EN: "%s: the code expired before anybody confirmed the login", ZH: "%s：还没有人确认登录，代码已经过期"}, e.Profile)
	}
	return lang.Sprintf(lang.Text{EN: "%s: the login was denied", ZH: "%s：登录被拒绝"}, e.Profile)
}

// Hint says what to do about the error.
func (e *DeviceError) Hint() lang.Text {
	switch {
	case e.Expired:
		return lang.Text{EN: "Start again for a new code.", ZH: "请重新发起登录，获取新的代码。"}
	case e.Refusal != nil && !e.Refusal.Meaning.IsZero():
		return e.Refusal.Meaning
	}
	return lang.Text{EN: "Log in again and agree, or give this user access to the application.", ZH: "请重新登录并同意授权，或为该用户开通应用。"}
}

// Run starts the login, and polls until the person has decided. The error is one of [client.Client],
// a [*DeviceError], or a [*TimeoutError].
func (f Device) Run(ctx context.Context) (client.Login, error) {
	d, err := f.Client.StartDevice(ctx, f.More...)
	if err != nil {
		return client.Login{}, err
	}
	deadline := f.Now().Add(f.Wait)
	over := error(&TimeoutError{Profile: f.Client.Profile().Name, Wait: f.Wait, Device: true})
	if !d.ExpiresAt.IsZero() && d.ExpiresAt.Before(deadline) {
		deadline, over = d.ExpiresAt, &DeviceError{Profile: f.Client.Profile().Name, Expired: true}
	}
	waiting, cancel := context.WithTimeoutCause(ctx, deadline.Sub(f.Now()), over)
	defer cancel()
	f.View.Show(d, deadline)
	return f.poll(waiting, d)
}

// poll asks the server at the interval until it has decided. After a failure that may be
// temporary, the interval doubles (RFC 8628 §3.5). A Retry-After makes only the next wait longer.
func (f Device) poll(ctx context.Context, d client.Device) (client.Login, error) {
	interval, wait, last := d.Interval, d.Interval, error(nil)
	for {
		select {
		case <-ctx.Done():
			if last != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return client.Login{}, last
			}
			return client.Login{}, context.Cause(ctx)
		case <-time.After(wait):
		}
		got, err := f.Client.PollDevice(ctx, d)
		if ctx.Err() != nil && !errors.As(err, new(*client.Refusal)) && !errors.As(err, new(*client.UnfinishedError)) && err != nil {
			continue // the wait ended during the poll: the select returns
		}
		last = nil
		outcome := outcomeOf(err)
		switch outcome {
		case ended:
			return got, f.ended(err)
		case slower:
			interval += client.SlowerBy
		case failed:
			interval, last = min(2*interval, time.Minute), err
		case pending:
		}
		wait = max(interval, client.RetryAfter(err))
		if outcome == failed {
			f.View.Retry(err, wait)
		}
	}
}

// outcome is what a poll means for the next one.
type outcome int

const (
	ended   outcome = iota
	pending         // ask again
	slower          // ask less often
	failed          // ask again later: the failure may be temporary
)

// outcomeOf returns what the result of a poll, err, means for the next one. An error of a step that
// follows the token ends the polling.
func outcomeOf(err error) outcome {
	var refusal *client.Refusal
	switch {
	case errors.As(err, new(*client.UnfinishedError)):
		return ended
	case errors.As(err, new(*client.NetworkError)):
		return failed
	case !errors.As(err, &refusal) || refusal.Step != profile.StepDeviceToken:
		return ended
	case refusal.Code == client.AuthorizationPending:
		return pending
	case refusal.Code == client.SlowDown:
		return slower
	case client.IsTemporary(refusal):
		return failed
	}
	return ended
}

// ended returns the error of the last poll, as a [*DeviceError] if the person declined or the
// code expired.
func (f Device) ended(err error) error {
	var refusal *client.Refusal
	if errors.As(err, &refusal) && refusal.Step == profile.StepDeviceToken && (refusal.Kind == profile.KindDenied || refusal.Kind == profile.KindExpiredCode) {
		return &DeviceError{Profile: refusal.Profile, Expired: refusal.Kind == profile.KindExpiredCode, Refusal: refusal}
	}
	return err
}
