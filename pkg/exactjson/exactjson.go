// Package exactjson decodes JSON with exact numbers, in time proportional to its size.
// Call [Decode].
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// MaxNumber is the length in characters up to which a number is decoded as a number.
const MaxNumber = 1000

// Decode decodes exactly one JSON value. Numbers become [json.Number], which is exact. A
// number longer than [MaxNumber] becomes a string of the same characters, because
// arithmetic on it is slow: jq would need half a minute for the digits of a 4 MiB
// response and could not be interrupted.
func Decode(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("unexpected data after the JSON value")
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
