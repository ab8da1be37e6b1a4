package lang

import "strconv"

// Count returns a number with an English noun: 1 profile, 2 profiles. The plural is word
// with an s.
func Count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// Amount returns a number with its noun in both languages: 2 bytes, 2 字节. zh includes
// the measure word.
func Amount(n int, en, zh string) Text {
	return Text{EN: Count(n, en), ZH: strconv.Itoa(n) + " " + zh}
}
