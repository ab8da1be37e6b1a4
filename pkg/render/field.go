package render

import (
	"bytes"
	"encoding/json"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Field is one field of a result. Value is a string, a [secret.String], an [Implied], a bool, an int, an
// int64, a [json.Number], nested [Fields], a [json.RawMessage], or a []any or
// map[string]any as encoding/json decodes it with UseNumber. No format shows an empty
// Value: nil, "", or Fields, a map or a message without content.
type Field struct {
	Name  string
	Value any
}

// Implied is a string that the text format leaves out because readers assume it.
type Implied string

// Noted is a value with a note on it for people, such as a Unix time with its date. Only the
// text format has the note, in brackets.
type Noted struct {
	Value any
	Note  string
}

// Fields are the fields of a result in the order in which they are shown.
type Fields []Field

// List returns words as the Value of a [Field].
func List[T ~string](words []T) []any {
	out := make([]any, len(words))
	for i, word := range words {
		out[i] = string(word)
	}
	return out
}

// ValueError says that a field cannot be written. It never contains the value.
type ValueError struct {
	Name    string
	Problem lang.Text
}

func (e *ValueError) Error() string { return e.Text().EN }

// Text returns the error in both languages.
func (e *ValueError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "field %s %s", ZH: "字段 %s %s"}, e.Name, e.Problem)
}

// known reports whether v is not empty, so that its field is shown.
func known(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case secret.String:
		return !v.IsZero()
	case json.Number:
		return v != ""
	case Implied:
		return v != ""
	case Noted:
		return known(v.Value)
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

// plain returns v for text and env: a string unchanged, and any other value as compact
// JSON.
func plain(name string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case secret.String:
		return v.Reveal(), nil
	case Implied:
		return string(v), nil
	case Noted:
		return plain(name, v.Value)
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
