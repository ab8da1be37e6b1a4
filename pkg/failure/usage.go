package failure

import "ssoctl/pkg/lang"

// UsageError is an error in the command line.
type UsageError struct {
	Problem lang.Text
	Advice  lang.Text // what to do; zero: see --help
	Err     error     // may be nil
}

// Usagef returns a [*UsageError]. It fills the format as [lang.Sprintf] does.
func Usagef(format lang.Text, args ...any) error {
	return &UsageError{Problem: lang.Sprintf(format, args...)}
}

func (e *UsageError) Error() string { return e.Problem.EN }
func (e *UsageError) Unwrap() error { return e.Err }

// Text returns the error in both languages.
func (e *UsageError) Text() lang.Text { return e.Problem }

// Failure returns [Usage].
func (e *UsageError) Failure() Kind { return Usage }
