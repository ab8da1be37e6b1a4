package printable

import "strings"

// deepest is the number of JSON levels that get lines of their own. Each level adds two
// spaces to every line below it, and the vendor chooses the depth.
const deepest = 32

// Indent lays out valid JSON with a line for each member down to 32 levels; deeper
// members stay on the line of their parent. It returns at most n bytes; whole is false if
// the result is truncated.
func Indent(text string, n int) (laidOut string, whole bool) {
	var b strings.Builder
	var last byte // other than white space
	quoted, escaped, depth := false, false, 0
	line := func(level int) { // before a member of that level, or after the last one
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
