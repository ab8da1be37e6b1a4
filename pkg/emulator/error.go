package emulator

import (
	"strings"

	"ssoctl/pkg/lang"
)

// Text returns the text of an error of this package without the prefix "emulator: ", for a
// message that has its own.
func Text(err error) lang.Text {
	t := lang.Of(err)
	t.EN = strings.TrimPrefix(t.EN, "emulator: ")
	return t
}

// prefixed adds the prefix "emulator: " to the English text of an error.
func prefixed(err error) error { return lang.Errorf(lang.Text{EN: "emulator: %v", ZH: "%v"}, err) }
