package lang

// Errorf returns an error whose text is the filled format, see [Sprintf]. It wraps the
// errors among the arguments.
func Errorf(format Text, args ...any) error {
	e := &textError{text: Sprintf(format, args...)}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			e.causes = append(e.causes, err)
		}
	}
	return e
}

type textError struct {
	text   Text
	causes []error
}

func (e *textError) Error() string   { return e.text.EN }
func (e *textError) Text() Text      { return e.text }
func (e *textError) Unwrap() []error { return e.causes }
