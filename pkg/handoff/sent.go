package handoff

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Exchange exchanges a code. It forgets the remembered login before it sends the code, so
// that no other command sends the same code, and remembers it again if the code was not
// sent.
func (c *Command) Exchange(ctx context.Context, code Code) (client.Login, error) {
	if err := c.claim(code.login); err != nil {
		return client.Login{}, err
	}
	got, err := c.Client.Exchange(ctx, code.Given, code.Redirect...)
	c.WarnOfCode(code.Unbound, err)
	if err != nil && !c.Client.CodeSent() && code.login.Profile != "" {
		err = errors.Join(err, c.Logins.Save(code.login, c.Now()))
	}
	return got, c.Sent(code.Given, err)
}

// claim removes a remembered login, so that no other command can send its code. The error is a
// [*loopback.StrayError] if another command has removed it before.
func (c *Command) claim(login pending.Login) error {
	if login.Profile == "" {
		return nil
	}
	err := c.Logins.Remove(login)
	if errors.Is(err, fs.ErrNotExist) {
		return stray(lang.Text{EN: "another command has just finished this login", ZH: "这次登录刚被另一个命令完成"})
	}
	return err
}

// Sent records how a command that may have sent a code has ended. given has its code. err is nil
// after a success. more are the steps that ran in addition to those of a login.
//
// Sent remembers the code if it was sent. If err happened after the code was used, it keeps the
// login for [Command.Resume]. If there is no error, it returns nil, and [Command.NotPrinted] keeps
// the login if its result cannot be printed.
func (c *Command) Sent(given recipe.Values, err error, more ...profile.StepName) error {
	err = c.rememberCode(given, err)
	return c.ended(c.loginToKeep(given, append(c.Client.LoginSteps(), more...)), err)
}

// SentDevice is [Command.Sent] for a login on another device, which ends with these steps.
func (c *Command) SentDevice(steps []profile.StepName, err error) error {
	return c.ended(c.loginToKeep(nil, steps), err)
}

// SentRefresh is [Command.Sent] for a refresh with these values: the vendor may have replaced the
// refresh token, and may end the login if the old one is sent again (RFC 9700 §4.14.2).
func (c *Command) SentRefresh(given recipe.Values, err error) error {
	return c.ended(c.loginToKeep(given, []profile.StepName{profile.StepRefresh}), err)
}

// ended keeps a login that ended with err, or whose result cannot be printed.
func (c *Command) ended(kept pending.Resume, err error) error {
	switch {
	case err != nil:
		return c.keepUnfinished(kept, err)
	case len(kept.Responses) > 0:
		c.finished = &kept
	}
	return nil
}

// rememberCode remembers that a code may have reached the vendor. If err is a refusal of a
// code that was sent before, it returns a [*SentBeforeError].
func (c *Command) rememberCode(given recipe.Values, err error) error {
	code, ok := given.Text("code")
	if !ok || !c.Client.CodeSent() {
		return err
	}
	saved := c.Codes.Save(code, pending.Sent{Command: c.Name, At: c.Now()})
	if !errors.Is(saved, fs.ErrExist) {
		return err // the store only serves a hint, so its errors are ignored
	}
	earlier, known := c.Codes.Find(code, c.Now())
	var refusal *client.Refusal
	if p := c.Client.Profile(); known && errors.As(err, &refusal) && p.SendsValue(p.Step(refusal.Step), "code") {
		return c.sentBefore(earlier, err)
	}
	return err
}

// sentBefore wraps err with when its code was sent before.
func (c *Command) sentBefore(earlier pending.Sent, err error) error {
	return &SentBeforeError{err, earlier, c.Now().Sub(earlier.At)}
}

// SentBeforeError is an error about a code that was sent before.
type SentBeforeError struct {
	Err  error
	Sent pending.Sent
	Ago  time.Duration
}

func (e *SentBeforeError) Error() string { return e.Err.Error() }
func (e *SentBeforeError) Unwrap() error { return e.Err }

// Hint says when the code was sent, and by which command. It comes before the hint for the
// error that e wraps.
func (e *SentBeforeError) Hint() lang.Text {
	ago := lang.Span(max(e.Ago.Round(time.Second), time.Second)) // "0s ago" would look wrong
	return lang.Sprintf(lang.Text{
		EN: "This code was sent %s ago by %s, and a code works only once.",
		ZH: "这个授权码在 %s前已由 %s 发送过，而授权码只能用一次。",
	}, ago, e.Sent.Command)
}
