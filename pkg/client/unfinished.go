package client

import (
	"context"
	"errors"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Done is the response of a step that succeeded, to continue the login from. It contains
// secrets.
type Done struct {
	Step     profile.StepName
	At       time.Time // of the response
	Response []byte    // as [Response.saved] returns it
}

// UnfinishedError says that a step failed after an earlier step used the code or the refresh
// token, or that the response to it could not be verified. Pass Done to [Client.Resume] to run
// the remaining steps. If the vendor refused the code or the access_token as invalid or expired,
// or if the failed step takes the code too, resuming is useless, and the error is the plain one.
type UnfinishedError struct {
	Done []Done
	Err  error // of the failed step
}

func (e *UnfinishedError) Error() string { return e.Err.Error() }
func (e *UnfinishedError) Unwrap() error { return e.Err }

// ErrCodeAgain means that no step of a login can run without sending its code again.
var ErrCodeAgain = lang.Errorf(lang.Text{EN: "the remaining steps need the code again", ZH: "剩余步骤需要再次使用授权码"})

// unfinished returns the error of a run that ended at a step. If the step's own response is in
// got, only its verification failed.
func (c *Client) unfinished(failed *profile.Step, got results, err error) error {
	again := c.sendsCode(failed) && got.of(failed.Name) == nil
	if !c.spent(got) || again || isFinal(failed, err) {
		return err
	}
	return &UnfinishedError{Done: got.done(), Err: err}
}

// isFinal reports whether the vendor's error code says that the code or the access_token
// is invalid or expired, so that a retry would fail too. An HTTP status alone does not
// count, because the URL or a header in the profile may be wrong.
func isFinal(s *profile.Step, err error) bool {
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Code == "" {
		return false
	}
	switch refusal.Kind {
	case profile.KindInvalidToken, profile.KindExpiredToken:
		return s.Uses("access_token") // otherwise it is the application token, which can be renewed
	case profile.KindInvalidCode, profile.KindExpiredCode, profile.KindUsedCode:
		return true
	}
	return false
}

// restore reads the saved responses of earlier steps again.
func (c *Client) restore(ctx context.Context, done []Done) (results, error) {
	ctx, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	var got results
	for _, d := range done {
		s, err := c.profile.Offer(d.Step)
		if err != nil {
			return nil, err
		}
		reader, err := c.profile.Reader(s)
		if err != nil {
			return nil, err
		}
		decoded, raw, err := reread(s, d.Response)
		if err != nil {
			return nil, &ProtocolError{Profile: c.profile.Name, Step: s.Name, Problem: lang.Text{
				EN: "the saved response cannot be read: " + err.Error(), ZH: "无法读取已保存的响应：" + err.Error(),
			}}
		}
		read, err := reader.Read(ctx, decoded)
		if err != nil {
			return nil, err
		}
		a := &stepResult{step: s, reader: reader, read: read, raw: raw, saved: d.Response, at: d.At}
		c.hideTokens(a)
		got = append(got, a)
	}
	return got, nil
}
