package emulator

import (
	"strings"

	"ssoctl/pkg/lang"
)

// textError is an error in both languages. [lang.Of] returns its text.
type textError struct{ text lang.Text }

func (e *textError) Error() string { return e.text.EN }

// Text returns the error in both languages.
func (e *textError) Text() lang.Text { return e.text }

// errorf makes a textError. It fills the format as [lang.Sprintf] does.
func errorf(format lang.Text, args ...any) error {
	return &textError{lang.Sprintf(format, args...)}
}

// withoutPrefix returns the text of an error without the prefix "emulator: ".
func withoutPrefix(err error) lang.Text {
	t := lang.Of(err)
	t.EN = strings.TrimPrefix(t.EN, "emulator: ")
	return t
}

// listed joins names with the comma of each language.
func listed(names []string) lang.Text {
	return lang.Text{EN: strings.Join(names, ", "), ZH: strings.Join(names, "、")}
}
