// Package exactjson decodes JSON with exact numbers, in time and memory proportional to its
// size, and encodes it without the escapes for HTML. Call [Decode] and [Encode].
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxNumber is the maximum length in characters of a number that stays a number.
const MaxNumber = 1000

// MaxValues is the maximum number of values in a text, counted roughly. The smallest
// values take a hundred times their size in memory.
const MaxValues = 250_000

// ErrTooMany is the error for valid JSON with more than MaxValues values.
var ErrTooMany error = tooMany{}

type tooMany struct{}

func (tooMany) Error() string { return fmt.Sprintf("more than %d JSON values", MaxValues) }

// Decode decodes exactly one JSON value. Numbers become [json.Number], which is exact. A
// number longer than [MaxNumber] becomes a string of the same characters, because
// arithmetic on it is slow: jq would need half a minute for the digits of a 4 MiB
// response. The error is [ErrTooMany] if valid JSON has too many values.
func Decode(text []byte) (any, error) {
	if count(text) > MaxValues {
		if json.Valid(text) {
			return nil, ErrTooMany
		}
		return nil, errors.New("not JSON")
	}
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

// count returns the approximate number of values: the outermost one, and one for each
// comma and each opening bracket or brace.
func count(text []byte) int {
	n, quoted := 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == '{' || c == '['):
			n++
		}
	}
	return n
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
