package profile

import (
	"encoding/json"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// ResponseSign is the placeholder of an example that stands for the vendor's signature of the
// JSON member before it. Unsigned is its value until the rest of the response is known.
const (
	ResponseSign = "response_sign"
	Unsigned     = "{" + ResponseSign + "}"
)

// SignMember replaces the value [Unsigned] of a top-level member of a JSON object with the
// signature of the preceding member's value. It returns false if there is no such member.
// sign gets the value byte for byte, and returns text that needs no escapes in JSON.
func SignMember(object string, sign func(text string) string) (string, bool) {
	const value = `"` + Unsigned + `"`
	if !strings.Contains(object, value) {
		return object, false
	}
	d := json.NewDecoder(strings.NewReader(object))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return object, false
	}
	before := ""
	for d.More() {
		var member json.RawMessage
		if _, err := d.Token(); err != nil {
			return object, false
		}
		if err := d.Decode(&member); err != nil {
			return object, false
		}
		if end := int(d.InputOffset()); string(member) == value && before != "" {
			return object[:end-len(value)] + `"` + sign(before) + `"` + object[end:], true
		}
		before = string(member)
	}
	return object, false
}

// responseSign checks that the placeholder for a signature is where [SignMember] finds it.
func (l *linter) responseSign(path []string, e Example) bool {
	if !slices.ContainsFunc(e.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == ResponseSign }) {
		return true
	}
	filled := e.Fill(func(name string) (string, bool) {
		if name == ResponseSign {
			return Unsigned, true
		}
		return "1", true
	})
	if _, ok := SignMember(filled.Body, func(string) string { return "" }); ok {
		return true
	}
	l.errorf(path, lang.Text{
		EN: `"{%s}" signs the member before it, so it has to be the value of a member that follows another one in a JSON object`,
		ZH: `"{%s}" 是前一个字段的签名：它应是 JSON 对象里一个字段的值，前面还要有别的字段`,
	}, ResponseSign)
	return false
}
