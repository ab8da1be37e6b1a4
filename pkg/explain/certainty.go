package explain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// certainty says how certain it is that a text mentions a code.
type certainty int

const (
	absent certainty = iota
	bare             // the number is there, but may mean something else
	called           // the text calls the number a code, or the code is not a number
)

// codeAt returns how certain it is that code, found between before and after, is meant as
// a code. All three are in lower case. Short numbers are common in any text, so they count
// only if the text calls them a code.
func codeAt(before, code, after string) certainty {
	const short = 4
	switch {
	case endsInWord(before) || startsInWord(after):
		return absent
	case !isNumber(code):
		return called
	case measures(before, after):
		return absent
	case introduced(before):
		return called
	case len(code) >= short && standsAlone(before, after):
		return bare
	}
	return absent
}

func isNumber(code string) bool {
	return strings.Trim(strings.TrimPrefix(code, "-"), "0123456789") == ""
}

func endsInWord(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return inWord(r)
}

func startsInWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return inWord(r)
}

// inWord reports whether r can be part of a word. Chinese characters cannot: Chinese text
// has no blanks between words.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || r == '_' || r == '-'
	}
	return r < unicode.MaxLatin1 && unicode.IsLetter(r)
}

// measures reports whether a number is part of a decimal fraction, an address or a time,
// or is a quantity with a unit.
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

// introduced reports whether text ends with a word that announces a code.
func introduced(text string) bool {
	text = strings.TrimRight(text, " \\\"':=：([（【")
	for _, word := range []string{"code", "code is", "code was", "errno", "error", "with", "state", "码", "码是", "码为"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// standsAlone reports whether a number is a word in a sentence, and not a port, a part of a
// path, or the value of a field.
func standsAlone(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	value := strings.TrimRight(before, " \\\"'")
	return !strings.ContainsRune(":/=#@+$%&?.*", b) && !strings.HasPrefix(after, "/") && !strings.HasPrefix(after, "%") &&
		!strings.HasSuffix(value, "=") && !strings.HasSuffix(value, `":`) && !strings.HasSuffix(value, `':`)
}
