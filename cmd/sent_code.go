package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/recipe"
)

// sentBeforeError is the refusal of a code that was sent before.
type sentBeforeError struct {
	err  error
	sent pending.Sent
	ago  time.Duration
}

func (e *sentBeforeError) Error() string { return e.err.Error() }
func (e *sentBeforeError) Unwrap() error { return e.err }

// hint says when the code was sent, and by which command.
func (e *sentBeforeError) hint() lang.Text {
	ago := lang.Span(max(e.ago.Round(time.Second), time.Second)) // "0s ago" would look wrong
	return lang.Text{
		EN: fmt.Sprintf("This code was sent %s ago by %s, and a code works only once.", ago.EN, e.sent.Command),
		ZH: fmt.Sprintf("这个授权码在 %s前已由 %s 发送过，而授权码只能用一次。", ago.ZH, e.sent.Command),
	}
}

// sentCode remembers that a code may have reached the vendor. If err is a refusal of a code
// that was sent before, it returns a *sentBeforeError.
func (r *root) sentCode(cl *client.Client, given recipe.Values, err error) error {
	code, ok := given.Text("code")
	if !ok || !cl.CodeSent() {
		return err
	}
	saved := r.codes().Save(code, pending.Sent{Command: r.called, At: r.Now()})
	if !errors.Is(saved, fs.ErrExist) {
		return err // the store only serves a hint, so its errors are ignored
	}
	earlier, known := r.codes().Find(code, r.Now())
	var refusal *client.Refusal
	if s := cl.Profile().Step; known && errors.As(err, &refusal) && s(refusal.Step).Uses("code") {
		return r.sentBefore(earlier, err)
	}
	return err
}

// codes is the store of codes that were sent.
func (r *root) codes() pending.Codes {
	return pending.Codes{Dir: r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "codes")}
}

// sentBefore wraps err with when its code was sent before.
func (r *root) sentBefore(earlier pending.Sent, err error) error {
	return &sentBeforeError{err, earlier, r.Now().Sub(earlier.At)}
}

// sentHint is what a *sentBeforeError adds to the hint for its cause; zero for other
// errors.
func sentHint(err error) lang.Text {
	if before := (*sentBeforeError)(nil); errors.As(err, &before) {
		return before.hint()
	}
	return lang.Text{}
}
