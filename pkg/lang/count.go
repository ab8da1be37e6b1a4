package lang

import "strconv"

// Count writes a number with what is counted, in English: 1 profile, 2 profiles. The
// plural is the word with an s.
func Count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
