package render

import (
	"bytes"
	"encoding/json"
	"fmt"

	"ssoctl/pkg/printable"
)

// Field is one member of a result. Value is a string, an Implied, a bool, an int, an int64,
// a json.Number, nested Fields, a json.RawMessage, or what encoding/json decodes
// with UseNumber: []any and map[string]any. A member that is not known is left
// out of every format: nil, "", and Fields, maps and messages that hold nothing.
type Field struct {
	Name  string
	Value any
}

// Implied is a string that the text form leaves out, since a reader assumes it.
type Implied string

// Fields are the members of a result, in the order in which they are shown.
type Fields []Field

// ValueError says that a member cannot be written. It never shows the value.
type ValueError struct{ Name, Problem string }

func (e *ValueError) Error() string { return fmt.Sprintf("member %s %s", e.Name, e.Problem) }

// known reports whether a member with the value v is shown.
func known(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case json.Number:
		return v != ""
	case Implied:
		return v != ""
	case json.RawMessage:
		return len(bytes.TrimSpace(v)) > 0
	case map[string]any:
		return len(v) > 0
	case Fields:
		for _, f := range v {
			if known(f.Value) {
				return true
			}
		}
		return false
	}
	return true
}

// mostIndented is the size, in bytes, above which a result is not laid out: nobody reads
// it, and the spaces may be most of it.
const mostIndented = 1 << 20

// writeJSON writes fields as one object, indented where it is not large, safe for a terminal.
func writeJSON(b *bytes.Buffer, fields Fields) error {
	var compact bytes.Buffer
	if err := appendFields(&compact, "", fields); err != nil {
		return err
	}
	text := compact.Bytes()
	if laidOut, whole := printable.Indent(compact.String(), mostIndented); whole {
		text = []byte(laidOut)
	}
	b.Write(printable.JSON(text))
	b.WriteByte('\n')
	return nil
}

func appendFields(b *bytes.Buffer, name string, fields Fields) error {
	b.WriteByte('{')
	first := true
	for _, f := range fields {
		if !known(f.Value) {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		if err := appendEncoded(b, f.Name, f.Name); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := appendValue(b, join(name, f.Name), f.Value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// appendValue writes the compact JSON of v, the value of the member name.
func appendValue(b *bytes.Buffer, name string, v any) error {
	switch v := v.(type) {
	case Fields:
		return appendFields(b, name, v)
	case json.RawMessage:
		if err := json.Compact(b, v); err != nil {
			return &ValueError{name, "is not JSON"}
		}
		return nil
	case string, Implied, bool, int, int64, json.Number, []any, map[string]any:
		return appendEncoded(b, name, v)
	}
	return &ValueError{name, fmt.Sprintf("has the type %T, which no format can show", v)}
}

func appendEncoded(b *bytes.Buffer, name string, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return &ValueError{name, "cannot be written as JSON"}
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	return nil
}

// plain returns v as a person or a shell wants it: a string as it is, everything
// else as compact JSON.
func plain(name string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case Implied:
		return string(v), nil
	case json.RawMessage:
		var s *string // stays nil for null
		if json.Unmarshal(v, &s) == nil && s != nil {
			return *s, nil
		}
	}
	var b bytes.Buffer
	err := appendValue(&b, name, v)
	return b.String(), err
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}
