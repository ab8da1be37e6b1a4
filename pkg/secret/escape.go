package secret

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoders differ in which characters they leave alone: one writes = as \u003d,
// another + as \u002B, a third keeps the / of an address. So no list of encoded
// secrets is complete, and each character is sought by itself, in whatever way it
// may be written.

// mostLayers is how often a character may be encoded, as = is twice in %253D.
const mostLayers = 3

// reading is a character that a text may hold at one place: there it goes on at end.
// It is a single byte of one where percent-encoding gives no more.
type reading struct {
	char [utf8.UTFMax]byte
	size uint8
	end  int
}

func readByte(c byte, end int) reading { return reading{[utf8.UTFMax]byte{c}, 1, end} }

func readRune(c rune, end int) reading {
	r := reading{end: end}
	r.size = uint8(utf8.EncodeRune(r.char[:], c))
	return r
}

func (r reading) is(c byte) bool { return r.size == 1 && r.char[0] == c }

func (r reading) escapes() bool { return r.size == 1 && escapes(r.char[0]) }

// begins reports whether a secret, or what is left of it, begins with the character.
func (r reading) begins(secret string) bool {
	return strings.HasPrefix(secret, string(r.char[:r.size]))
}

// readings are all of one place, each once. They are handed on as a value, since
// they would be allocated otherwise.
type readings struct {
	list [12]reading // more cannot be, of three layers
	n    int
}

func (l *readings) all() []reading { return l.list[:l.n] }

func (l *readings) add(list ...reading) {
	for _, r := range list {
		if l.n < len(l.list) && !slices.Contains(l.all(), r) {
			l.list[l.n] = r
			l.n++
		}
	}
}

// escapes reports whether more may be written by a text that begins with c: percent-
// encoding, JSON and JavaScript, HTML, and the space of a form.
func escapes(c byte) bool { return c == '%' || c == '\\' || c == '&' || c == '+' }

// read returns what the character at i may be: the byte itself, and what it begins
// where it was encoded up to so many times, in any mixture.
func (s *search) read(i, layers int) (out readings) {
	out.add(readByte(s.text[i], i+1))
	if !escapes(s.text[i]) {
		return out
	}
	s.work -= workOfReading
	if s.deeper = layers == 0; s.deeper {
		return out
	}
	out = s.unescape(out, out, 0)
	if !s.deeper && !slices.ContainsFunc(out.all()[1:], reading.escapes) {
		return out // as is usual
	}
	return s.unescape(out, s.read(i, layers-1), layers-1)
}

// unescape adds what an escape stands for of which the first character is one of
// begun. The marks in it may be encoded in turn, its letters and digits are not.
func (s *search) unescape(out, begun readings, layers int) readings {
	for _, r := range begun.all() {
		if !r.escapes() {
			continue
		}
		switch at := r.end; r.char[0] {
		case '+':
			out.add(readByte(' ', at))
		case '%':
			if c, ok := hexDigits(s.text, at, 2); ok {
				out.add(readByte(byte(c), at+2))
				if c >= utf8.RuneSelf { // of JavaScript's escape, as below
					out.add(readRune(c, at+2))
				}
			} else if r, ok := s.unit(at, '%', layers); ok {
				out.add(r)
			}
		case '\\':
			more := s.backslash(at, layers)
			out.add(more.all()...)
		case '&':
			if r, ok := s.entity(at, layers); ok {
				out.add(r)
			}
		}
	}
	return out
}

// backslash reads the rest of \u003d, \x3D, \n, \/ and the like.
func (s *search) backslash(at, layers int) (out readings) {
	if r, ok := s.unit(at, '\\', layers); ok {
		out.add(r)
		return out
	}
	if c, ok := hexDigits(s.text, at+1, 2); ok && s.text[at] == 'x' {
		out.add(readRune(c, at+3))
		return out
	}
	if at == len(s.text) {
		return out
	}
	next := s.read(at, layers)
	for _, r := range next.all() {
		if i := strings.IndexByte(`"\/'bfnrt`, r.char[0]); i >= 0 && r.size == 1 {
			out.add(readByte("\"\\/'\b\f\n\r\t"[i], r.end))
		}
	}
	return out
}

// unit reads the rest of \u003d, and with it of the pair that some characters are.
func (s *search) unit(at int, mark byte, layers int) (reading, bool) {
	u, ok := hexDigits(s.text, at+1, 4)
	if !ok || s.text[at] != 'u' {
		return reading{}, false
	}
	end := at + 5
	if utf16.IsSurrogate(u) && end < len(s.text) {
		second := s.read(end, layers)
		for _, r := range second.all() {
			low, ok := hexDigits(s.text, r.end+1, 4)
			if c := utf16.DecodeRune(u, low); ok && r.is(mark) && s.text[r.end] == 'u' && c != utf8.RuneError {
				return readRune(c, r.end+5), true
			}
		}
	}
	return readRune(u, end), true
}

// entity reads the rest of &#61;, &#x3D; and &equals;.
func (s *search) entity(at, layers int) (reading, bool) {
	const most = 32 // letters and digits, of the longest name
	name, base := s.after(at, '#', layers), 10
	number := name >= 0
	if !number {
		name = at
	} else if name < len(s.text) && (s.text[name] == 'x' || s.text[name] == 'X') {
		name, base = name+1, 16
	}
	end := name
	for end < len(s.text) && end-name < most && isAlphanumeric(s.text[end]) {
		end++
	}
	past := s.after(end, ';', layers)
	if end == name || past < 0 {
		return reading{}, false
	}
	if number {
		c, err := strconv.ParseUint(s.text[name:end], base, 21)
		return readRune(rune(c), past), err == nil
	}
	escaped := "&" + s.text[name:end] + ";"
	plain := html.UnescapeString(escaped)
	c, size := utf8.DecodeRuneInString(plain)
	return readRune(c, past), plain != escaped && size == len(plain)
}

// after returns where a text goes on behind a mark at i, -1 where that is not there.
func (s *search) after(i int, mark byte, layers int) int {
	if i >= len(s.text) {
		return -1
	}
	next := s.read(i, layers)
	for _, r := range next.all() {
		if r.is(mark) {
			return r.end
		}
	}
	return -1
}

// hexDigits reads n digits.
func hexDigits(text string, at, n int) (v rune, ok bool) {
	if at+n > len(text) {
		return 0, false
	}
	for _, c := range []byte(text[at : at+n]) {
		digit := strings.IndexByte("0123456789abcdefABCDEF", c)
		if digit < 0 {
			return 0, false
		} else if digit > 15 {
			digit -= 6
		}
		v = v<<4 | rune(digit)
	}
	return v, true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
