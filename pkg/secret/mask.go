package secret

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"ssoctl/pkg/basicauth"
)

// Mask returns a stub by which a user who knows the secret s can recognise it: its first
// and last 4 characters, and its length in characters, as in "gho_…29AW (36)". For a
// secret of fewer than 20 characters it returns [Redacted], also for HTTP Basic
// credentials with such a password, because the end of their base64 is the password. For
// "" it returns "". Characters that do not print become "·".
func Mask(s string) string {
	const ends, least = 4, 20
	if p := password(s); p != "" && utf8.RuneCountInString(p) < least {
		return Redacted
	}
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

// password returns the password in HTTP Basic credentials (RFC 7617), with or without
// their scheme, or "" for other texts.
func password(credentials string) string {
	pair, ok := basicauth.Pair(credentials)
	if !ok || !utf8.ValidString(pair) {
		return ""
	}
	_, password, _ := strings.Cut(pair, ":")
	return password
}
