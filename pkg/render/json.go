package render

import (
	"bytes"
	"encoding/json"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/secret"
)

// maxIndented is the size in bytes above which a result is not indented: nobody reads it, and
// deep nesting would make it several times larger.
const maxIndented = 1 << 20

// writeJSON writes fields as one object that is safe to print on a terminal, indented
// unless it is large.
func writeJSON(b *bytes.Buffer, fields Fields) error {
	var compact bytes.Buffer
	if err := appendFields(&compact, "", fields); err != nil {
		return err
	}
	text := compact.Bytes()
	if laidOut, whole := printable.Indent(compact.String(), maxIndented); whole {
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

// appendValue writes v, the value of the field name, as compact JSON.
func appendValue(b *bytes.Buffer, name string, v any) error {
	switch v := v.(type) {
	case Fields:
		return appendFields(b, name, v)
	case Noted:
		return appendValue(b, name, v.Value)
	case json.RawMessage:
		if err := json.Compact(b, v); err != nil {
			return &ValueError{name, lang.Text{EN: "is not JSON", ZH: "不是 JSON"}}
		}
		return nil
	case secret.String:
		return appendEncoded(b, name, v.Reveal())
	case string, Implied, bool, int, int64, json.Number, []any, map[string]any:
		return appendEncoded(b, name, v)
	}
	return &ValueError{name, lang.Sprintf(lang.Text{EN: "has the unsupported type %T", ZH: "的类型 %T 不受支持"}, v)}
}

func appendEncoded(b *bytes.Buffer, name string, v any) error {
	text, err := exactjson.Encode(v)
	if err != nil {
		return &ValueError{name, lang.Text{EN: "cannot be written as JSON", ZH: "无法写成 JSON"}}
	}
	b.Write(text)
	return nil
}
