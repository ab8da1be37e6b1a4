package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Printable returns s fit for one line of a terminal, whoever wrote it. What a
// terminal obeys rather than shows comes out as Go writes it in a string:
// control characters (\n, \x1b, \u009b), so every ANSI sequence; line and
// paragraph separators; and the invisible characters of Unicode's class Cf, as
// those that turn the direction of writing (\u202e). The joiners that emoji and
// some scripts are made with stay. Bytes that are not UTF-8 come out as \xff. A
// backslash stays as it is, so the result is for reading, not for parsing.
func Printable(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || hidden(r) }) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case hidden(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// hidden reports whether r must not reach a terminal as it is.
func hidden(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	switch {
	case r < 0x7f:
		return r < ' '
	case r == nonJoiner || r == joiner:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// escapeJSON escapes, in valid JSON text, what Printable escapes. That can only
// stand inside strings, so the value stays the same, except that bytes which are
// not UTF-8 become U+FFFD, as for every JSON decoder of Go.
func escapeJSON(text []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		// Below the space there is only the line feed of the indentation.
		if r >= ' ' && hidden(r) || r == utf8.RuneError && size == 1 {
			out = append(out, text[done:i]...)
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}
