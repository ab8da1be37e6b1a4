package emulator

import (
	"strings"

	"ssoctl/pkg/lang"
)

// withoutPrefix returns the text of an error without the prefix "emulator: ".
func withoutPrefix(err error) lang.Text {
	t := lang.Of(err)
	t.EN = strings.TrimPrefix(t.EN, "emulator: ")
	return t
}

// prefixed adds the prefix "emulator: " to the English text of an error.
func prefixed(err error) error { return lang.Errorf(lang.Text{EN: "emulator: %v", ZH: "%v"}, err) }
