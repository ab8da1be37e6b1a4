package printable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// MarshalJSON is the JSON of v on one line, as JSON escapes it. It is the one way in
// which JSON reaches a terminal or a script.
func MarshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return JSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// JSON escapes, in valid JSON text, what Text escapes. That can only stand inside
// strings, so the value stays the same, except that bytes which are not UTF-8 become
// U+FFFD, as for every JSON decoder of Go.
func JSON(text []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		// Below the space there is only the white space of the indentation.
		if r >= ' ' && Hidden(r) || r == utf8.RuneError && size == 1 {
			out = append(out, text[done:i]...)
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}
