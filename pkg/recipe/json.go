package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// jsonBody compares a body with its description. Only objects that the
// description has are taken apart: there a name that stands twice is seen.
func (rd *reader) jsonBody(want map[string]any, body []byte) {
	dec := json.NewDecoder(bytes.NewReader(body))
	var whole json.RawMessage
	if err := dec.Decode(&whole); err != nil {
		rd.problem("json", "", Malformed, "a JSON object", err.Error())
	} else if _, err := dec.Token(); err != io.EOF {
		rd.problem("json", "", Malformed, "one JSON object", "more behind it")
	} else {
		rd.json("json", want, whole)
	}
}

// json compares one JSON value, at every depth, with its description.
func (rd *reader) json(member string, want any, got json.RawMessage) {
	switch want := want.(type) {
	case map[string]any:
		rd.jsonObject(member, want, got)
	case []any:
		rd.jsonArray(member, want, got)
	case string:
		rd.jsonText(member, Template(want).parts(), got)
	default:
		expected, err := encodeJSON(want)
		if err != nil || string(expected) != string(got) {
			rd.problem(member, "", Differs, string(expected), string(got))
		}
	}
}

func (rd *reader) jsonObject(member string, want map[string]any, got json.RawMessage) {
	if typ := jsonType(got); typ != "object" {
		rd.problem(member, "", Malformed, "a JSON object", "a JSON "+typ)
		return
	}
	members := objectMembers(got)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		member := member + "." + name
		switch values := members[name]; len(values) {
		case 0:
			rd.jsonAbsent(member, want[name])
		case 1:
			rd.json(member, want[name], values[0])
		default:
			rd.repeated(member, len(values))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, ok := want[name]; !ok {
			rd.problem(member+"."+name, "", Unread, "", string(members[name][0]))
		}
	}
}

// objectMembers takes a valid object apart.
func objectMembers(object json.RawMessage) map[string][]json.RawMessage {
	out := map[string][]json.RawMessage{}
	dec := json.NewDecoder(bytes.NewReader(object))
	_, _ = dec.Token()
	for dec.More() {
		name, _ := dec.Token()
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			break
		}
		out[fmt.Sprint(name)] = append(out[fmt.Sprint(name)], v)
	}
	return out
}

func (rd *reader) jsonAbsent(member string, want any) {
	if text, ok := want.(string); ok {
		rd.absent(member, Template(text).parts())
		return
	}
	expected, _ := encodeJSON(want)
	rd.problem(member, "", Missing, string(expected), "")
}

func (rd *reader) jsonArray(member string, want []any, got json.RawMessage) {
	var list []json.RawMessage
	if err := json.Unmarshal(got, &list); err != nil || jsonType(got) != "array" {
		rd.problem(member, "", Malformed, "a JSON array", "a JSON "+jsonType(got))
		return
	}
	if len(list) < len(want) {
		want = slices.DeleteFunc(slices.Clone(want), rd.leftOut)
	}
	if len(list) != len(want) {
		rd.problem(member, "", Malformed, fmt.Sprintf("a JSON array of %d", len(want)), fmt.Sprintf("a JSON array of %d", len(list)))
		return
	}
	for i := range want {
		rd.json(fmt.Sprintf("%s[%d]", member, i), want[i], list[i])
	}
}

// leftOut reports whether an element is left out where its value is not known.
func (rd *reader) leftOut(element any) bool {
	text, _ := element.(string)
	return slices.ContainsFunc(Template(text).Placeholders(), func(p Placeholder) bool {
		_, known := rd.known(p.Name)
		return p.Optional && !known
	})
}

// jsonText reads a value that the description has as text: a string, or of
// another type where it is nothing but a placeholder of that type.
func (rd *reader) jsonText(member string, want parts, got json.RawMessage) {
	typ, text, expected := jsonType(got), string(got), "string"
	p, only := want.only()
	if t := rd.Types[p.Name]; only && t != "" {
		expected = t
	}
	switch typ {
	case "string":
		_ = json.Unmarshal(got, &text) // it is valid
	case "int", "bool", "number":
	default:
		rd.problem(member, p.Name, Malformed, "a JSON "+expected, "a JSON "+typ)
		return
	}
	if typ == expected {
		rd.text(member, want, text)
		return
	}
	rd.problem(member, p.Name, Malformed, "a JSON "+expected, "a JSON "+typ)
	if only {
		rd.value(member, capture{p, text})
	}
}

// jsonType names the type of a valid JSON value as an input's type is named.
func jsonType(v json.RawMessage) string {
	switch c := bytes.TrimLeft(v, " \t\r\n"); {
	case len(c) == 0 || c[0] == 'n':
		return "null"
	case c[0] == '"':
		return "string"
	case c[0] == '{':
		return "object"
	case c[0] == '[':
		return "array"
	case c[0] == 't' || c[0] == 'f':
		return "bool"
	case bytes.ContainsAny(c, ".eE"):
		return "number"
	}
	return "int"
}

// withoutString returns a JSON text, as Build writes it, without the members and
// elements that are the string s.
func withoutString(text, s string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return text
	}
	out, err := encodeJSON(without(v, s))
	if err != nil {
		return text
	}
	return string(out)
}

func without(v, s any) any {
	switch x := v.(type) {
	case map[string]any:
		maps.DeleteFunc(x, func(_ string, m any) bool { return m == s })
		for name := range x {
			x[name] = without(x[name], s)
		}
	case []any:
		x = slices.DeleteFunc(x, func(m any) bool { return m == s })
		for i := range x {
			x[i] = without(x[i], s)
		}
		return x
	}
	return v
}
