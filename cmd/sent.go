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

// sentBeforeError is the refusal of a code that had been sent before.
type sentBeforeError struct {
	err  error
	sent pending.Sent
	ago  time.Duration
}

func (e *sentBeforeError) Error() string { return e.err.Error() }
func (e *sentBeforeError) Unwrap() error { return e.err }

// hint says when, and by which command.
func (e *sentBeforeError) hint() lang.Text {
	ago := lang.Span(max(e.ago.Round(time.Second), time.Second)) // "0s ago" reads as a fault
	return lang.Text{
		EN: fmt.Sprintf("This code was sent %s ago by %s, and a code is good for one use.", ago.EN, e.sent.Command),
		ZH: fmt.Sprintf("这个 code 在 %s前已由 %s 发送过，而 code 只能用一次。", ago.ZH, e.sent.Command),
	}
}

// sentCode remembers that a code may have reached the vendor, and tells of the
// refusal err whether it had before.
func (r *root) sentCode(cl *client.Client, given recipe.Values, err error) error {
	code, ok := given.Text("code")
	if !ok || !cl.CodeSent() {
		return err
	}
	saved := r.codes().Save(code, pending.Sent{Command: r.called, At: r.Now()})
	if !errors.Is(saved, fs.ErrExist) {
		return err // it serves a hint alone: where nothing can be remembered, there is none
	}
	earlier, known := r.codes().Find(code, r.Now())
	var refusal *client.Refusal
	if s := cl.Profile().Step; known && errors.As(err, &refusal) && s(refusal.Step).Uses("code") {
		return r.sentBefore(earlier, err)
	}
	return err
}

// codes is where it is remembered which codes were sent.
func (r *root) codes() pending.Codes {
	return pending.Codes{Dir: r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "codes")}
}

// sentBefore is err, about a code that had been sent earlier.
func (r *root) sentBefore(earlier pending.Sent, err error) error {
	return &sentBeforeError{err, earlier, r.Now().Sub(earlier.At)}
}

// sentHint is what a *sentBeforeError adds to the hint for its cause; empty for others.
func sentHint(err error) lang.Text {
	if before := (*sentBeforeError)(nil); errors.As(err, &before) {
		return before.hint()
	}
	return lang.Text{}
}
