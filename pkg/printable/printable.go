// Package printable makes texts that somebody else wrote fit for a person's eyes.
package printable

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s fit for one line of a terminal, whoever wrote it. What a
// terminal obeys rather than shows comes out as Go writes it in a string:
// control characters (\n, \x1b, \u009b), so every ANSI sequence; line and
// paragraph separators; and the invisible characters of Unicode's class Cf, as
// those that turn the direction of writing (\u202e). The joiners that emoji and
// some scripts are made with stay. Bytes that are not UTF-8 come out as \xff. A
// backslash stays as it is, so the result is for reading, not for parsing.
func Text(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || Hidden(r) }) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Hidden(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Lines is Text of each line: line ends stand.
func Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Text(line)
	}
	return strings.Join(lines, "\n")
}

// Hidden reports whether r must not reach a terminal as it is.
func Hidden(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	switch {
	case r < 0x7f:
		return r < ' '
	case r == nonJoiner || r == joiner:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Cut is Text of the first so many characters of s; "…" stands for the rest.
func Cut(s string, characters int) string {
	for i := range s {
		if characters--; characters < 0 {
			return Text(s[:i]) + "…"
		}
	}
	return Text(s)
}
