package failure

import "ssoctl/pkg/lang"

// CheckError is the error of a check that found something. The command itself worked, so its
// result is on stdout.
type CheckError struct{ problem lang.Text }

// Checkf returns a [*CheckError]. It fills the format as [lang.Sprintf] does.
func Checkf(format lang.Text, args ...any) error {
	return &CheckError{lang.Sprintf(format, args...)}
}

func (e *CheckError) Error() string { return e.problem.EN }

// Text returns the error in both languages.
func (e *CheckError) Text() lang.Text { return e.problem }

// Failure returns [FailedCheck].
func (*CheckError) Failure() Kind { return FailedCheck }
