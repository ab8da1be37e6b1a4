package explain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// certainty is how surely a text speaks of a code.
type certainty int

const (
	absent certainty = iota
	bare             // the number stands there, of whatever it may be
	called           // a word says that it is a code, or it is no number
)

// codeAt says how surely a text, in lower case, holds a code between what stands before
// and after it. A short number has to be called a code: such are everywhere.
func codeAt(before, code, after string) certainty {
	const short = 4
	switch {
	case endsWithin(before) || beginsWithin(after):
		return absent
	case !isNumber(code):
		return called
	case measures(before, after):
		return absent
	case introduced(before):
		return called
	case len(code) >= short && stands(before, after):
		return bare
	}
	return absent
}

func isNumber(code string) bool {
	return strings.Trim(strings.TrimPrefix(code, "-"), "0123456789") == ""
}

func endsWithin(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return within(r)
}

func beginsWithin(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return within(r)
}

// within reports whether a rune goes on with the word beside it.
func within(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-", r)) && r < unicode.MaxLatin1
}

// measures reports whether a number is part of a longer one, of an address or a time, or
// how much there is of something.
func measures(before, after string) bool {
	digit := func(text string, at int) bool { return at >= 0 && at < len(text) && '0' <= text[at] && text[at] <= '9' }
	if (strings.HasPrefix(after, ".") || strings.HasPrefix(after, ":")) && digit(after, 1) || strings.HasSuffix(before, ".") && digit(before, len(before)-2) {
		return true
	}
	after = strings.TrimLeft(after, " ")
	units := []string{"ms", "us", "µs", "ns", "s", "sec", "secs", "second", "seconds", "millis", "milliseconds", "min", "minutes", "b", "kb", "mb", "byte", "bytes", "times"}
	word := after[:len(after)-len(strings.TrimLeftFunc(after, unicode.IsLetter))]
	return slices.Contains(units, word) || slices.ContainsFunc([]string{"毫秒", "微秒", "秒", "分钟", "字节", "次", "条"}, func(unit string) bool { return strings.HasPrefix(after, unit) })
}

// introduced reports whether a text ends as one does before a code.
func introduced(text string) bool {
	text = strings.TrimRight(text, " \\\"':=：([（【")
	for _, word := range []string{"code", "code is", "code was", "errno", "error", "with", "state", "码", "码是", "码为"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// stands reports whether a number is a word of prose: no port, no part of a path, not
// the value of a member with another name.
func stands(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	value := strings.TrimRight(before, " \\\"'")
	return !strings.ContainsRune(":/=#@+$%&?.*", b) && !strings.HasPrefix(after, "/") && !strings.HasPrefix(after, "%") &&
		!strings.HasSuffix(value, "=") && !strings.HasSuffix(value, `":`) && !strings.HasSuffix(value, `':`)
}
