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
