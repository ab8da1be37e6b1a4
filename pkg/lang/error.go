package lang

// Errorf returns an error whose text is the filled format, see [Sprintf]. It wraps the errors
// among the arguments. The format is filled when the text is asked for, so that errors in
// package variables take no time when the program starts.
func Errorf(format Text, args ...any) error { return &textError{format, args} }

type textError struct {
	format Text
	args   []any
}

func (e *textError) Error() string { return e.format.fill(EN, e.args) }
func (e *textError) Text() Text    { return Sprintf(e.format, e.args...) }

func (e *textError) Unwrap() []error {
	var causes []error
	for _, arg := range e.args {
		if err, ok := arg.(error); ok {
			causes = append(causes, err)
		}
	}
	return causes
}
