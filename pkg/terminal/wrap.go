package terminal

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks lines that are wider than columns, at spaces and between Chinese characters.
// A word is broken only if it is wider than columns. An address is never broken, so that
// it can be copied. A word with quotes counts as JSON, even if it contains an address.
func Wrap(text string, columns int) string {
	var b strings.Builder
	used := 0
	for _, word := range words(text) {
		width := ansi.StringWidth(word)
		switch {
		case word == "\n":
			used = 0
		case used > 0 && used+width > columns:
			b.WriteByte('\n')
			word = strings.TrimLeft(word, " ")
			used, width = 0, ansi.StringWidth(word)
		}
		if width > columns && (!strings.Contains(word, "://") || strings.Contains(word, `"`)) {
			word = ansi.Hardwrap(word, columns, true)
			width = ansi.StringWidth(word[strings.LastIndexByte(word, '\n')+1:])
		}
		b.WriteString(word)
		used += width
	}
	return b.String()
}

// Fit wraps text at words if w is a terminal, and indents all lines but the first.
func Fit(w io.Writer, text string, indent int) string {
	columns, _, _ := Size(w)
	if columns <= 2*indent {
		return text
	}
	return hang(Wrap(text, columns-indent-free), indent)
}

// Break wraps a request or a response for a terminal of this many columns, 0 if there is
// none, and indents all lines but the first. It also breaks lines after the characters in
// after, because addresses and bodies have no spaces.
func Break(text string, columns, indent int, after string) string {
	if columns <= 2*indent {
		return text
	}
	return hang(ansi.Wrap(text, columns-indent-free, after), indent)
}

// free is the number of columns left empty at the end of a line.
const free = 1

func hang(text string, indent int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
}

// words splits text into the parts that stay whole: a word with the spaces before it, a
// wide character with the punctuation after it, or a line end.
func words(text string) []string {
	const opening, closing = "（【《「“", "，。；：、？！）】》」”"
	wide := func(r rune) bool { return ansi.StringWidth(string(r)) > 1 }
	var out []string
	prev := '\n'
	for _, r := range text {
		goesOn := strings.ContainsRune(closing, r) || strings.ContainsRune(opening, prev) || prev == ' ' || r != ' ' && !wide(r) && !wide(prev)
		if goesOn && r != '\n' && prev != '\n' {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		prev = r
	}
	return out
}
