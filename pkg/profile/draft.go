package profile

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// Draft is a new profile to append to a configuration file with [Draft.AppendTo].
type Draft struct {
	Name    string // a bare key, see [IsBareKey]
	Extends string
	Values  []DraftValue // written in this order
}

// DraftValue is the value of one input: text, or a reference such as env:NAME.
type DraftValue struct{ Input, Text string }

// AppendTo returns the file's text with the draft as its last table. The existing text
// is kept byte for byte.
func (d Draft) AppendTo(file []byte) []byte {
	out := bytes.Clone(file)
	if len(file) > 0 && !bytes.HasSuffix(file, []byte("\n")) {
		out = append(out, '\n')
	}
	if len(file) > 0 {
		out = append(out, '\n')
	}
	rows := append([]DraftValue{{"extends", d.Extends}}, d.Values...)
	width := 0
	for i, row := range rows {
		if !IsBareKey(row.Input) {
			rows[i].Input = quoteTOML(row.Input)
		}
		width = max(width, len(rows[i].Input))
	}
	out = fmt.Appendf(out, "[profiles.%s]\n", d.Name)
	for _, row := range rows {
		out = fmt.Appendf(out, "%-*s = %s\n", width, row.Input, quoteTOML(row.Text))
	}
	return out
}

// IsBareKey reports whether s needs no quotes as a TOML key.
func IsBareKey(s string) bool { return regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(s) }

// quoteTOML returns s as a TOML basic string.
func quoteTOML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
