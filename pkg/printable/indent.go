package printable

import "strings"

// deepest is how many levels of JSON have lines of their own. Each level costs two
// spaces more on every line below it, and a vendor chooses how many there are.
const deepest = 32

// Indent lays out valid JSON text: a line for each member, down to 32 levels, and what
// lies deeper in the line of its parent. It makes n bytes at most; whole is false where
// that is not all.
func Indent(text string, n int) (laidOut string, whole bool) {
	var b strings.Builder
	var last byte // that is no space
	quoted, escaped, depth := false, false, 0
	line := func(level int) { // before a member of that level, or behind the last one
		if level <= deepest {
			b.WriteString("\n" + strings.Repeat("  ", depth))
		}
	}
	for i := 0; i < len(text) && b.Len() <= n; i++ {
		c := text[i]
		if quoted {
			b.WriteByte(c)
			quoted, escaped = escaped || c != '"', !escaped && c == '\\'
			continue
		}
		empty := last == '{' || last == '['
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		case c == '}' || c == ']':
			if depth--; !empty {
				line(depth + 1)
			}
		case empty || last == ',':
			line(depth)
		case last == ':' && depth <= deepest:
			b.WriteByte(' ')
		}
		if c == '{' || c == '[' {
			depth++
		}
		b.WriteByte(c)
		last, quoted = c, c == '"'
	}
	if b.Len() > n {
		return strings.ToValidUTF8(b.String()[:n], ""), false
	}
	return b.String(), true
}
