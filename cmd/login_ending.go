package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/hint"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
)

// ending is what the browser's page says about the end of a login: a summary of what the
// terminal says.
func (l *flows) ending(p *profile.Profile, got client.Login, err error) loopback.Ending {
	e := loopback.Ending{Kind: loopback.Succeeded, Login: p.Caption(l.out.language())}
	switch {
	case err == nil && got == (client.Login{}): // only the code was wanted
		e.Kind = loopback.Pending
		return e
	case err == nil:
		if got.User != nil {
			e.Who = l.rec.scrub.Scrub(output.Who(got.User))
		}
		return e
	}
	var (
		callback *loopback.CallbackError
		refusal  *client.Refusal
	)
	e.Kind, e.Said, e.Meaning = loopback.Failed, failure.Text(err).In(l.out.language()), l.errs.hint(err).In(l.out.language())
	switch {
	case errors.Is(err, context.Canceled):
		e.Kind, e.Said, e.Meaning = loopback.Stopped, "", ""
	case errors.As(err, &callback):
		callback.Scrub(l.rec.scrub.Scrub)
		e.Said = callback.Said()
		if known, _ := hint.CallbackRefusal(callback, p); known.Kind == profile.KindDenied {
			e.Kind = loopback.Declined
		}
	case errors.As(err, &refusal):
		code := cmp.Or(refusal.Code, fmt.Sprintf("HTTP %d", refusal.Status))
		e.Said = strings.TrimSuffix(code+": "+refusal.Message, ": ")
	}
	return e
}
