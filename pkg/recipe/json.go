package recipe

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
)

// wantedJSON is the parsed template of one JSON value.
type wantedJSON struct {
	member  string // such as json.list[0]
	members []wantedMember
	list    []*wantedJSON
	text    parts
	literal string // the template, encoded as JSON
	kind    jsonKind
}

type wantedMember struct {
	name string
	want *wantedJSON
}

type jsonKind int

const (
	isLiteral jsonKind = iota
	isObject
	isArray
	isText
)

func wantJSON(member string, v any) *wantedJSON {
	encoded, _ := exactjson.Encode(v) // "" if JSON cannot represent v; it equals no value
	w := &wantedJSON{member: member, literal: string(encoded)}
	switch v := v.(type) {
	case map[string]any:
		w.kind = isObject
		for _, name := range slices.Sorted(maps.Keys(v)) {
			w.members = append(w.members, wantedMember{name, wantJSON(member+"."+name, v[name])})
		}
	case []any:
		w.kind = isArray
		for i, m := range v {
			w.list = append(w.list, wantJSON(fmt.Sprintf("%s[%d]", member, i), m))
		}
	case string:
		w.kind, w.text = isText, Template(v).parts()
	}
	return w
}

// jsonBody compares a body with its template. It parses only the objects that the template
// has, and reports duplicate names in them.
func (rd *reader) jsonBody(body []byte) {
	if json.Valid(body) {
		rd.jsonValue(rd.Recogniser.json, strings.Trim(string(body), jsonSpace))
		return
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	var whole json.RawMessage
	switch err := dec.Decode(&whole); {
	case err == nil:
		rd.worded("json", "", Malformed, lang.Text{EN: "one JSON object", ZH: "一个 JSON 对象"}, lang.Text{EN: "data after it", ZH: "后面还有内容"})
	case errors.Is(err, io.EOF):
		rd.worded("json", "", Malformed, ofJSON("object"), lang.Text{EN: "an empty body", ZH: "空的请求体"})
	case errors.Is(err, io.ErrUnexpectedEOF):
		rd.worded("json", "", Malformed, ofJSON("object"), lang.Text{EN: "one that is cut off", ZH: "不完整的"})
	default:
		rd.worded("json", "", Malformed, ofJSON("object"), lang.Of(err))
	}
}

// jsonValue compares one valid JSON value with its template, at any depth.
func (rd *reader) jsonValue(want *wantedJSON, got string) {
	switch want.kind {
	case isObject:
		rd.jsonObject(want, got)
	case isArray:
		rd.jsonArray(want, got)
	case isText:
		rd.jsonText(want.member, want.text, got)
	case isLiteral:
		if want.literal != got {
			rd.problem(want.member, "", Differs, want.literal, got)
		}
	}
}

func (rd *reader) jsonObject(want *wantedJSON, got string) {
	if typ := jsonType(got); typ != "object" {
		rd.worded(want.member, "", Malformed, ofJSON("object"), ofJSON(typ))
		return
	}
	members := objectMembers(got)
	read := 0
	for _, m := range want.members {
		value, times := "", 0
		for _, sent := range members {
			if sent.name == m.name {
				value = sent.value
				times++
			}
		}
		read += times
		switch times {
		case 0:
			rd.jsonAbsent(m.want)
		case 1:
			rd.jsonValue(m.want, value)
		default:
			rd.repeated(m.want.member, times)
		}
	}
	if read == len(members) {
		return
	}
	unread := map[string]string{} // the first value of each name
	for _, sent := range slices.Backward(members) {
		if !slices.ContainsFunc(want.members, func(m wantedMember) bool { return m.name == sent.name }) {
			unread[sent.name] = sent.value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		rd.problem(want.member+"."+name, "", Unread, "", unread[name])
	}
}

func (rd *reader) jsonAbsent(want *wantedJSON) {
	if want.kind == isText {
		rd.absent(want.member, want.text)
		return
	}
	rd.problem(want.member, "", Missing, want.literal, "")
}

func (rd *reader) jsonArray(want *wantedJSON, got string) {
	if typ := jsonType(got); typ != "array" {
		rd.worded(want.member, "", Malformed, ofJSON("array"), ofJSON(typ))
		return
	}
	list, elements := arrayElements(got), want.list
	if len(list) < len(elements) {
		elements = slices.DeleteFunc(slices.Clone(elements), rd.leftOut)
	}
	if len(list) != len(elements) {
		rd.worded(want.member, "", Malformed, arrayOf(len(elements)), arrayOf(len(list)))
		return
	}
	for i := range elements {
		rd.jsonValue(elements[i], list[i])
	}
}

// leftOut reports whether an element contains an optional placeholder without a known
// value.
func (rd *reader) leftOut(element *wantedJSON) bool {
	return slices.ContainsFunc(element.text.placeholders(), func(p Placeholder) bool {
		_, known := rd.known(p.Name)
		return p.Optional && !known
	})
}

// jsonText reads a value whose template is a string. The value may have another type if
// the template is a single placeholder of that type.
func (rd *reader) jsonText(member string, want parts, got string) {
	typ, text, expected := jsonType(got), "", "string"
	p, only := want.only()
	if t := cmp.Or(rd.Types[p.Name], rd.makes[p.Name].Type); only && t != "" {
		expected = t
	}
	switch typ {
	case "string":
		text = jsonString(got)
	case "int", "bool", "number":
		text = got
	default:
		rd.worded(member, p.Name, Malformed, ofJSON(expected), ofJSON(typ))
		return
	}
	if typ == expected {
		rd.text(member, want, text)
		return
	}
	rd.worded(member, p.Name, Malformed, ofJSON(expected), ofJSON(typ))
	if only {
		rd.value(member, capture{p, text})
	}
}

// ofJSON returns a description of a type that jsonType returns.
func ofJSON(typ string) lang.Text {
	zh := map[string]string{"object": "对象", "array": "数组", "string": "字符串", "int": "整数", "number": "数字", "bool": "布尔值"}
	return lang.Text{EN: "a JSON " + typ, ZH: "JSON " + cmp.Or(zh[typ], typ)}
}

func arrayOf(n int) lang.Text {
	return lang.Sprintf(lang.Text{EN: "a JSON array of %d", ZH: "%d 项的 JSON 数组"}, n)
}

// jsonType returns the type of a valid JSON value, named as in the types of inputs.
func jsonType(v string) string {
	switch {
	case v == "" || v[0] == 'n':
		return "null"
	case v[0] == '"':
		return "string"
	case v[0] == '{':
		return "object"
	case v[0] == '[':
		return "array"
	case v[0] == 't' || v[0] == 'f':
		return "bool"
	case strings.ContainsAny(v, ".eE"):
		return "number"
	}
	return "int"
}

// withoutKeys returns a JSON text without the strings at the keys, which are those of
// [Recipe.EachTemplate]. The result is encoded as by [Recipe.Build].
func withoutKeys(text string, keys map[string]bool) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return text
	}
	out, err := exactjson.Encode(without("json", v, keys))
	if err != nil {
		return text
	}
	return string(out)
}

func without(key string, v any, keys map[string]bool) any {
	switch x := v.(type) {
	case map[string]any:
		for name, m := range x {
			if at := key + "." + name; keys[at] {
				delete(x, name)
			} else {
				x[name] = without(at, m, keys)
			}
		}
	case []any:
		kept := []any{}
		for i, m := range x {
			if at := key + "." + strconv.Itoa(i); !keys[at] {
				kept = append(kept, without(at, m, keys))
			}
		}
		return kept
	}
	return v
}

// compactJSON returns a valid JSON value without white space between its tokens.
func compactJSON(value string) string {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(value)) // cannot fail: value is valid
	return b.String()
}
