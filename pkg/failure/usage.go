package failure

import (
	"context"
	"errors"

	"ssoctl/pkg/lang"
)

// UsageError is an error in the command line.
type UsageError struct {
	Problem lang.Text
	Advice  lang.Text // what to do; zero: see --help
	Err     error     // may be nil
}

// Usagef returns a [*UsageError]. It fills the format as [lang.Sprintf] does. An interruption among
// args is wrapped, so that the command counts as interrupted and not as called wrongly.
func Usagef(format lang.Text, args ...any) error {
	e := &UsageError{Problem: lang.Sprintf(format, args...)}
	for _, arg := range args {
		if err, is := arg.(error); is && errors.Is(err, context.Canceled) {
			e.Err = err
		}
	}
	return e
}

func (e *UsageError) Error() string { return e.Problem.EN }
func (e *UsageError) Unwrap() error { return e.Err }

// Text returns the error in both languages.
func (e *UsageError) Text() lang.Text { return e.Problem }

// Failure returns [Usage].
func (e *UsageError) Failure() Kind { return Usage }
