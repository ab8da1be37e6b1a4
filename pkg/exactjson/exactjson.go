// Package exactjson decodes JSON with its numbers as they are written, in time that
// grows with its size alone: see [Decode].
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// MaxNumber is the length, in characters, above which a number is a string.
const MaxNumber = 1000

// Decode decodes one JSON value, behind which nothing may stand. A number is a
// [json.Number], and so exact. One longer than MaxNumber becomes a string of the same
// characters: whoever calculates with it, such as jq, would take half a minute for the
// digits of a 4 MiB response, and could not be stopped.
func Decode(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more behind the JSON value")
	}
	if len(text) > MaxNumber {
		v = bound(v)
	}
	return v, nil
}

func bound(v any) any {
	switch x := v.(type) {
	case json.Number:
		if len(x) > MaxNumber {
			return x.String()
		}
	case []any:
		for i := range x {
			x[i] = bound(x[i])
		}
	case map[string]any:
		for name := range x {
			x[name] = bound(x[name])
		}
	}
	return v
}
