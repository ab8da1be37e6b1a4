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

// line is one key and its value in the text form.
type line struct{ name, value string }

// writeText writes fields as lines of a name and a value, the values aligned.
// Members of members are named as in tenant.id. The member raw and implied ones are
// left out, those of extra are shown one by one; other objects and arrays are compact JSON.
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
		if ok {
			lines, err = appendLines(lines, name, nested)
		} else {
			var value string
			value, err = plain(name, f.Value)
			lines = append(lines, line{printable.Text(name), printable.Text(value)})
		}
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// members returns the members of an object, sorted by name.
func members(v any) (Fields, bool) {
	object, ok := v.(map[string]any)
	if message, isRaw := v.(json.RawMessage); isRaw {
		decoded, err := exactjson.Decode(message)
		if err != nil {
			return nil, false
		}
		object, ok = decoded.(map[string]any)
	}
	var fields Fields
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fields = append(fields, Field{Name: name, Value: object[name]})
	}
	return fields, ok
}
