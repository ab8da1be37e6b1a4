package render

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/printable"
)

// line is one field in the text format.
type line struct{ name, value string }

// writeText writes each field on a line, with the values aligned. Nested fields have names
// such as tenant.id, but fields inside values have no prefix. raw and [Implied] values are
// left out. Each field inside extra has its own line; other objects and arrays are shown as
// compact JSON.
func writeText(b *bytes.Buffer, fields Fields) error {
	lines, err := appendLines(nil, "", fields)
	if err != nil {
		return err
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, lipgloss.Width(l.name))
	}
	for _, l := range lines {
		b.WriteString(l.name)
		b.WriteString(strings.Repeat(" ", widest-lipgloss.Width(l.name)+2))
		b.WriteString(l.value)
		b.WriteByte('\n')
	}
	return nil
}

// Lines returns the fields in the text format, for a [Result.Text] whose values differ from those
// for programs.
func Lines(fields Fields) (string, error) {
	var b bytes.Buffer
	err := writeText(&b, fields)
	return b.String(), err
}

func appendLines(lines []line, prefix string, fields Fields) ([]line, error) {
	for _, f := range fields {
		if _, implied := f.Value.(Implied); implied || f.Name == "raw" || !known(f.Value) {
			continue
		}
		name := join(prefix, f.Name)
		nested, ok := f.Value.(Fields)
		if !ok && f.Name == "extra" {
			nested, ok = members(f.Value)
		}
		var err error
		if ok && name == "values" {
			name = ""
		}
		if ok {
			lines, err = appendLines(lines, name, nested)
		} else {
			var value string
			value, err = plain(name, f.Value)
			if noted, is := f.Value.(Noted); is && noted.Note != "" {
				value += " (" + noted.Note + ")"
			}
			lines = append(lines, line{printable.Text(name), printable.Text(value)})
		}
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// members returns the fields of an object, sorted by name. ok is false if v is not an
// object.
func members(v any) (fields Fields, ok bool) {
	object, ok := v.(map[string]any)
	if message, isRaw := v.(json.RawMessage); isRaw {
		decoded, err := exactjson.Decode(message)
		if err != nil {
			return nil, false
		}
		object, ok = decoded.(map[string]any)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fields = append(fields, Field{Name: name, Value: object[name]})
	}
	return fields, ok
}
