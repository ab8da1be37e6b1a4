package qr

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"rsc.io/qr/coding"
)

// textOf returns the text in the data of a code (ISO/IEC 18004, 7.4). It returns false if
// they are not valid, or have a mode that login codes do not have, such as that for kanji.
// Bytes that are not UTF-8 are ISO 8859-1, the default of the standard.
func textOf(data []byte, version coding.Version) (string, bool) {
	b := bits{data: data}
	var text strings.Builder
	for b.left() >= 4 {
		switch b.next(4) {
		case 0: // the end
			return utf8Of(text.String()), true
		case 1:
			b.digits(&text, countBits(version, 10, 12, 14))
		case 2:
			b.alphanumeric(&text, countBits(version, 9, 11, 13))
		case 4:
			for range b.next(countBits(version, 8, 16, 16)) {
				text.WriteByte(byte(b.next(8)))
			}
		case 7: // the charset (an ECI designator), which almost always is UTF-8
			for more := b.next(8); more&0x80 != 0; more <<= 1 {
				b.next(8)
			}
		default:
			return "", false
		}
		if b.left() < 0 {
			return "", false
		}
	}
	return utf8Of(text.String()), true
}

// countBits is the size of a segment's length in codes of up to version 9, 26 and 40.
func countBits(version coding.Version, small, middle, large int) int {
	switch {
	case version <= 9:
		return small
	case version <= 26:
		return middle
	}
	return large
}

func utf8Of(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for _, b := range []byte(text) {
		out.WriteRune(rune(b))
	}
	return out.String()
}

// bits reads numbers of any size from bytes.
type bits struct {
	data []byte
	at   int // bits read so far; more than there are if a read failed
}

func (b *bits) left() int { return 8*len(b.data) - b.at }

// next reads a number of n bits. It is 0 if there are fewer.
func (b *bits) next(n int) (number int) {
	b.at += n
	if b.left() < 0 {
		return 0
	}
	for at := b.at - n; at < b.at; at++ {
		number = number<<1 | int(b.data[at/8]>>(7-at%8)&1)
	}
	return number
}

// digits reads decimal numbers of three digits, and of what is left.
func (b *bits) digits(text *strings.Builder, countBits int) {
	for count := b.next(countBits); count > 0 && b.left() > 0; count -= 3 {
		size := min(count, 3)
		fmt.Fprintf(text, "%0*d", size, b.next([...]int{0, 4, 7, 10}[size]))
	}
}

// alphanumeric reads pairs of characters, and the one that is left.
func (b *bits) alphanumeric(text *strings.Builder, countBits int) {
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	at := func(i int) { text.WriteByte(characters[i%len(characters)]) }
	count := b.next(countBits)
	for ; count > 1 && b.left() > 0; count -= 2 {
		pair := b.next(11)
		at(pair / len(characters))
		at(pair)
	}
	if count == 1 {
		at(b.next(6))
	}
}
