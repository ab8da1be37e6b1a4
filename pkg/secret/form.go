package secret

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
)

// leastDerived is the length, in bytes of the secret, from which it is sought in
// hex, in base64 and within words, and in characters, from which a piece of
// base64 is sought.
const leastDerived = 4

// form is one way in which a secret may be written.
type form struct {
	text string
	// left, right: the neighbouring base64 character holds bits of the secret too.
	left, right bool
	whole       bool // no letter or digit may stand beside it
	stub        string
	shorter     int32 // the next shorter form that ends where this one does, -1 for none
}

// formsOf returns the ways in which secret may be written beside the escapes of
// single characters, which are read as they are met; each text once.
func formsOf(secret string) []form {
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
	add(false, false, secret, string([]rune(secret))) // what is no UTF-8 cannot be written in JSON
	if len(secret) < leastDerived {
		return forms
	}
	secret = secret[:min(len(secret), longestForm)]
	for _, text := range []string{secret, url.QueryEscape(secret)} { // which HTTP Basic of RFC 6749 encodes
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

// base64Within returns the characters that s alone determines where a longer
// text is encoded in which before bytes (mod 3) precede s, and whether the
// character on either side holds some bits of s as well.
func base64Within(enc *base64.Encoding, s string, before int) (text string, left, right bool) {
	first, last := 8*before, 8*(before+len(s)) // bits
	all := enc.EncodeToString([]byte(strings.Repeat("\x00", before) + s + "\x00\x00"))
	return all[(first+5)/6 : last/6], first%6 != 0, last%6 != 0
}

// isBase64 reports whether c is a digit of base64, in either alphabet.
func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_'
}
