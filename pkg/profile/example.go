package profile

import (
	"bytes"
	"encoding/xml"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/recipe"
)

// EscapeIn returns a value as it has to be written in an example of a response, by the form
// of the example: XML, otherwise JSON.
func EscapeIn(example recipe.Template, value string) string {
	if strings.HasPrefix(strings.TrimSpace(string(example)), "<") {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(value)) // a Buffer takes everything
		return b.String()
	}
	if !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
		return value
	}
	return exactjson.Escape(value)
}
