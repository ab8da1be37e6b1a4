package printable

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"ssoctl/pkg/exactjson"
)

// MarshalJSON encodes v as JSON on one line, escaped by [JSON]. All JSON for a terminal
// or a script is written with it.
func MarshalJSON(v any) ([]byte, error) {
	text, err := exactjson.Encode(v)
	if err != nil {
		return nil, err
	}
	return JSON(text), nil
}

// MustMarshalJSON is [MarshalJSON] for a value that can be encoded; it panics if it cannot.
func MustMarshalJSON(v any) []byte {
	text, err := MarshalJSON(v)
	if err != nil {
		panic(err)
	}
	return text
}

// JSON escapes the characters of [Text] in valid JSON. They occur only inside strings, so
// the value does not change, except that bytes which are not UTF-8 become U+FFFD, as in
// encoding/json.
func JSON(text []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		// In valid JSON, control characters below the space are white space between values.
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
