package scrub

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
)

// leastDerived is the minimum length in bytes of a secret that is also searched for in hex, in
// base64 and inside words. It is also the minimum length in characters of a piece of base64
// to search for.
const leastDerived = 4

// form is one way to write a secret.
type form struct {
	text string
	// left, right: the adjacent base64 character also contains bits of the secret.
	left, right bool
	whole       bool // matches only without an adjacent letter or digit
	stub        string
	part        bool  // only a part of a secret: its stub is [secret.Redacted]
	shorter     int32 // the next shorter form with the same end, -1 if none
}

// formsOf returns the ways to write a secret, each text once. Escapes of single characters
// are left out, because they are decoded before the search. plain also leaves out hex and
// base64.
func formsOf(secret string, plain bool) []form {
	seen := map[string]bool{}
	var forms []form
	add := func(left, right bool, texts ...string) {
		for _, t := range texts {
			if t != "" && !seen[t] {
				seen[t] = true
				forms = append(forms, form{text: t, left: left, right: right, whole: len(secret) < leastDerived, shorter: -1})
			}
		}
	}
	add(false, false, secret, string([]rune(secret))) // the second replaces invalid UTF-8, as JSON encoders do
	for _, part := range partsOf(secret) {
		if !seen[part] {
			seen[part] = true
			forms = append(forms, form{text: part, part: true, shorter: -1})
		}
	}
	if plain || len(secret) < leastDerived {
		return forms
	}
	secret = secret[:min(len(secret), longestForm)]
	for _, text := range []string{secret, url.QueryEscape(secret)} { // HTTP Basic of RFC 6749 uses the escaped text
		digits := hex.EncodeToString([]byte(text))
		add(false, false, digits, strings.ToUpper(digits))
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			add(false, false, enc.EncodeToString([]byte(text)), enc.WithPadding(base64.NoPadding).EncodeToString([]byte(text)))
			for before := range 3 {
				if text, left, right := base64Within(enc, text, before); len(text) >= leastDerived {
					add(left, right, text)
				}
			}
		}
	}
	return forms
}

// base64Within returns the characters that s alone determines in the base64 of a longer
// text, if before bytes (mod 3) precede s. left and right report whether the adjacent
// characters also contain bits of s.
func base64Within(enc *base64.Encoding, s string, before int) (text string, left, right bool) {
	first, last := 8*before, 8*(before+len(s)) // positions in bits
	all := enc.EncodeToString([]byte(strings.Repeat("\x00", before) + s + "\x00\x00"))
	return all[(first+5)/6 : last/6], first%6 != 0, last%6 != 0
}

// isBase64 reports whether c is a character of base64, in either alphabet.
func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_'
}
