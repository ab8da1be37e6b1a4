package profile

import (
	"bytes"
	"encoding/xml"
	"net/url"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/recipe"
)

// IsFormExample reports whether an example of a response is a form, in a step with this
// response. Such a step may still refuse with JSON.
func IsFormExample(response string, example recipe.Template) bool {
	i := strings.IndexAny(string(example), "=\"<[(")
	return response == ResponseForm && i >= 0 && example[i] == '='
}

// EscapeIn returns a value as it has to be written in an example of a response, by the form
// of the example: a form, XML, otherwise JSON. response is that of the step.
func EscapeIn(response string, example recipe.Template, value string) string {
	if IsFormExample(response, example) {
		return url.QueryEscape(value)
	}
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
