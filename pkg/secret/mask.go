package secret

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask returns a stub by which somebody who knows the secret s recognises it:
// its first and last 4 characters and its length in characters, as in
// "gho_…29AW (36)". Of a secret of fewer than 20 characters nothing is shown, nor
// of HTTP Basic credentials with such a password, in whose base64 it comes last:
// it is Redacted, or "" when there is none. Characters that do not print come
// out as "·".
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

// password is what HTTP Basic credentials (RFC 7617) hold, with their scheme or
// without, "" for any other text.
func password(credentials string) string {
	if scheme, rest, ok := strings.Cut(credentials, " "); ok && strings.EqualFold(scheme, "Basic") {
		credentials = rest
	}
	text, err := base64.StdEncoding.DecodeString(credentials)
	if err != nil || !utf8.Valid(text) {
		return ""
	}
	_, password, _ := strings.Cut(string(text), ":")
	return password
}
