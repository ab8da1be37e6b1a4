package exactjson

import (
	"bytes"
	"encoding/json"
)

// Encode encodes v as [json.Marshal] does, but leaves <, > and & as they are, which
// json.Marshal escapes for HTML.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// EncodeIndented is [Encode] with a line for each member and element, indented by two
// spaces, and a newline at the end.
func EncodeIndented(v any) ([]byte, error) {
	text, err := Encode(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, text, "", "  ") // cannot fail
	b.WriteByte('\n')
	return b.Bytes(), err
}

// Quote returns text as a JSON string.
func Quote(text string) string {
	quoted, _ := Encode(text) // a string always encodes
	return string(quoted)
}

// Escape returns text as it stands between the quotes of a JSON string.
func Escape(text string) string {
	quoted := Quote(text)
	return quoted[1 : len(quoted)-1]
}
