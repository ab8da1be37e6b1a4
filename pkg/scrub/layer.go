package scrub

import (
	"hash/maphash"
	"html"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Secrets come back encoded, and encoders differ in which characters they escape: one
// writes = as \u003d, another + as \u002B, a third leaves the / of a URL alone. So the
// encodings are decoded layer by layer, and each layer is searched for secrets.

// mostLayers is the maximum number of nested encodings that are decoded. %253D, for example,
// is = encoded twice.
const mostLayers = 3

// encodings is a set of ways to escape single characters.
type encodings uint8

const (
	percent    encodings = 1 << iota // %3D: queries, forms and paths
	javaScript                       // %3D, %E9 and %u5BC6: JavaScript's escape()
	backslash                        // \u003d, \x3d and \n: JSON and JavaScript
	entity                           // &#61;, &#x3D; and &equals;: HTML and XML
)

// marks are the characters that start an escape.
const marks = `%\&`

// layer is a text after decoding.
type layer struct {
	text    string
	outer   *layer   // nil for the original text
	escapes []escape // the decoded escapes, in order
}

// escape maps n decoded bytes at offset at to the width bytes of the escape, at offset from in the
// outer text.
type escape struct {
	at, from int32
	n, width uint8
}

// eachLayer calls do with a text, and with every result of decoding it up to three times,
// in every order of encodings. If ascii is true, non-ASCII characters may be decoded
// wrongly.
func eachLayer(text string, ascii bool, do func(*layer)) {
	w := layerWalk{do: do, ascii: ascii, seed: maphash.MakeSeed(), seen: map[uint64]int{}}
	w.walk(&layer{text: text}, 0)
}

type layerWalk struct {
	do    func(*layer)
	ascii bool
	seed  maphash.Seed
	seen  map[uint64]int // by hash of a text: the least depth at which it occurred
}

func (w *layerWalk) walk(l *layer, depth int) {
	w.do(l)
	if depth == mostLayers || !strings.ContainsAny(l.text, marks) {
		return
	}
	for e := percent; e <= entity; e <<= 1 {
		if e == javaScript && w.ascii && !strings.Contains(l.text, "%u") {
			continue // without %u, javaScript differs from percent only for escapes such as %E9
		}
		inner := l.without(e)
		if inner == nil {
			continue
		}
		hash := maphash.String(w.seed, inner.text)
		if met, again := w.seen[hash]; !again || depth+1 < met {
			w.seen[hash] = depth + 1
			w.walk(inner, depth+1)
		}
	}
}

// without returns the text decoded by e, or nil if it has no such escape.
func (l *layer) without(e encodings) *layer {
	var b strings.Builder
	var escapes []escape
	b.Grow(len(l.text))
	end := 0
	for i := e.next(l.text, 0); i < len(l.text); i = e.next(l.text, i) {
		char, to := e.read(l.text, i)
		if to == 0 {
			i++
			continue
		}
		b.WriteString(l.text[end:i])
		escapes = append(escapes, escape{int32(b.Len()), int32(i), uint8(len(char)), uint8(to - i)})
		b.WriteString(char)
		i, end = to, to
	}
	if end == 0 {
		return nil
	}
	b.WriteString(l.text[end:])
	return &layer{b.String(), l, escapes}
}

// next returns the first position from i on where an escape may start, or len(text).
func (e encodings) next(text string, i int) int {
	n := -1
	switch e {
	case percent, javaScript:
		n = strings.IndexByte(text[i:], '%')
	case backslash:
		n = strings.IndexByte(text[i:], '\\')
	case entity:
		n = strings.IndexByte(text[i:], '&')
	default:
		n = strings.IndexAny(text[i:], marks)
	}
	if n < 0 {
		return len(text)
	}
	return i + n
}

// origin returns the position of [start, end) in the original text.
func (l *layer) origin(start, end int) (int, int) {
	for ; l.outer != nil; l = l.outer {
		start, _ = l.outward(start)
		_, end = l.outward(end - 1)
	}
	return start, end
}

// outward returns the position in the outer text of the byte at i.
func (l *layer) outward(i int) (from, to int) {
	k := sort.Search(len(l.escapes), func(k int) bool { return int(l.escapes[k].at) > i }) - 1
	if k < 0 {
		return i, i + 1
	}
	e := l.escapes[k]
	from, to = int(e.from), int(e.from)+int(e.width)
	if past := i - int(e.at) - int(e.n); past >= 0 {
		return to + past, to + past + 1
	}
	return from, to
}

// read returns the meaning of the escape at i and its end, or 0 if there is no escape.
func (e encodings) read(text string, i int) (char string, to int) {
	switch mark := text[i]; {
	case mark == '%' && e&javaScript != 0:
		if char, to = readUnits(text, i); to > 0 {
			return char, to
		}
		if c, ok := hexNumber(text, i+1, 2); ok {
			return string(c), i + 3
		}
	case mark == '%' && e&percent != 0:
		if c, ok := hexNumber(text, i+1, 2); ok {
			return string([]byte{byte(c)}), i + 3
		}
	case mark == '\\' && e&backslash != 0:
		return readBackslash(text, i)
	case mark == '&' && e&entity != 0:
		return readEntity(text, i)
	}
	return "", 0
}

func readBackslash(text string, i int) (char string, to int) {
	if char, to = readUnits(text, i); to > 0 || i+1 == len(text) {
		return char, to
	}
	if c, ok := hexNumber(text, i+2, 2); ok && text[i+1] == 'x' {
		return string(c), i + 4
	}
	if short := strings.IndexByte(`"\/'bfnrt`, text[i+1]); short >= 0 {
		return "\"\\/'\b\f\n\r\t"[short : short+1], i + 2
	}
	return "", 0
}

// readUnits reads \uXXXX or %uXXXX, together with the second half of a surrogate pair.
func readUnits(text string, i int) (char string, to int) {
	unit := func(at int) (rune, bool) {
		if at+1 >= len(text) || text[at] != text[i] || text[at+1] != 'u' {
			return 0, false
		}
		return hexNumber(text, at+2, 4)
	}
	first, ok := unit(i)
	if !ok {
		return "", 0
	}
	second, _ := unit(i + 6)
	if c := utf16.DecodeRune(first, second); c != utf8.RuneError {
		return string(c), i + 12
	}
	return string(first), i + 6
}

func readEntity(text string, i int) (char string, to int) {
	const longest = 34 // bytes of an entity
	n := strings.IndexByte(text[i:min(len(text), i+longest)], ';')
	if n < 0 {
		return "", 0
	}
	char = html.UnescapeString(text[i : i+n+1])
	if _, size := utf8.DecodeRuneInString(char); size < len(char) { // unknown or incomplete
		return "", 0
	}
	return char, i + n + 1
}

// hexNumber reads n hexadecimal digits.
func hexNumber(text string, at, n int) (v rune, ok bool) {
	if at+n > len(text) {
		return 0, false
	}
	for _, c := range []byte(text[at : at+n]) {
		switch lower := c | 0x20; {
		case '0' <= c && c <= '9':
			v = v<<4 | rune(c-'0')
		case 'a' <= lower && lower <= 'f':
			v = v<<4 | rune(lower-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// peeled returns the text with one layer of escapes of all kinds decoded.
func peeled(text string) string {
	if inner := (&layer{text: text}).without(percent | backslash | entity); inner != nil {
		return inner.text
	}
	return text
}
