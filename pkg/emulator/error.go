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
