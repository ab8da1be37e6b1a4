package failure

import "ssoctl/pkg/lang"

// CheckError is the error of a check that found something. The command itself worked, so its
// result is on stdout.
type CheckError struct {
	Findings []Finding // for those who see the error but not the result; may be empty
	problem  lang.Text
}

// Finding is something that a check found.
type Finding struct {
	About   string    // what was checked
	Problem lang.Text // what is wrong
	Hint    lang.Text // what to do about it; may be empty
}

// Checkf returns a [*CheckError]. It fills the format as [lang.Sprintf] does.
func Checkf(format lang.Text, args ...any) *CheckError {
	return &CheckError{problem: lang.Sprintf(format, args...)}
}

func (e *CheckError) Error() string { return e.problem.EN }

// Text returns the error in both languages.
func (e *CheckError) Text() lang.Text { return e.problem }

// Failure returns [FailedCheck].
func (*CheckError) Failure() Kind { return FailedCheck }
