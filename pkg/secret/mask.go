package secret

import (
	"fmt"
	"unicode"
)

// Mask returns a stub by which somebody who knows the secret s recognises it:
// its first and last 4 characters and its length in characters, as in
// "gho_…29AW (36)". Of a secret of fewer than 20 characters nothing is shown:
// it is Redacted, or "" when there is none. Characters that do not print come
// out as "·".
func Mask(s string) string {
	const ends, least = 4, 20
	if s == "" {
		return ""
	}
	runes := []rune(s)
	n := len(runes)
	if n < least {
		return Redacted
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '·'
		}
	}
	return fmt.Sprintf("%s…%s (%d)", string(runes[:ends]), string(runes[n-ends:]), n)
}
