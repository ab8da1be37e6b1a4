// Package printable makes untrusted text safe to show on a terminal: [Text] for one line,
// [Lines] for several, [Cut] for a limited length, [Value] for a value
// within a message, [MarshalJSON] and [JSON] for JSON.
package printable

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text makes s safe for one line of a terminal. It writes characters that a terminal
// obeys or hides as Go escapes: control characters (\n, \x1b, \u009b), which also disables
// every ANSI sequence; line and paragraph separators; and invisible characters of Unicode
// class Cf, such as those that change the writing direction (\u202e). Joiners, which emoji
// and some scripts need, stay. Bytes that are not UTF-8 become escapes such as \xff.
// Backslashes are not escaped, so the result cannot be parsed.
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

// Lines applies [Text] to each line and keeps the line ends.
func Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Text(line)
	}
	return strings.Join(lines, "\n")
}

// Hidden reports whether r must not reach a terminal as is.
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

// Cut returns the [Text] of the first characters of s, with "…" if there are more.
func Cut(s string, characters int) string {
	for i := range s {
		if characters--; characters < 0 {
			return Text(s[:i]) + "…"
		}
	}
	return Text(s)
}

// Value makes an untrusted value safe for one line of a message. A value with characters
// that cannot be printed is quoted as in Go; more than 120 characters are cut.
func Value(s string) string {
	const most = 120
	runes := []rune(s)
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	s = string(runes)
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(s)
	}
	return s
}
