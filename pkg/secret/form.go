package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
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
}

// Replacers are made once: taking one apart costs more than using it.
var (
	jsonInJSON  = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	jsonOfHTML  = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`)
	asComponent = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")
	asForm      = strings.NewReplacer("%2A", "*", "~", "%7E")
	quotApos    = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;")
	quotHex     = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;")
	quotPadded  = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#039;")
)

// formsOf returns the ways in which secret may be written, each text once.
func formsOf(secret string) []form {
	seen := map[string]bool{}
	var forms []form
	add := func(left, right bool, texts ...string) {
		for _, t := range texts {
			if t != "" && !seen[t] {
				seen[t] = true
				forms = append(forms, form{text: t, left: left, right: right, whole: len(secret) < leastDerived})
			}
		}
	}
	add(false, false, secret)
	for _, text := range slices.Concat(percentForms(secret), jsonForms(secret)) {
		add(false, false, text)
		// One stands in another: an address in a query, JSON in a form or in JSON.
		query := url.QueryEscape(text)
		add(false, false, query, lowerPercent(query), jsonInJSON.Replace(text))
	}
	add(false, false, htmlForms(secret)...)
	if len(secret) < leastDerived {
		return forms
	}
	for _, text := range []string{secret, url.QueryEscape(secret)} { // which HTTP Basic of RFC 6749 encodes
		digits := hex.EncodeToString([]byte(text))
		add(false, false, digits, strings.ToUpper(digits))
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			add(false, false, enc.EncodeToString([]byte(text)), enc.WithPadding(base64.NoPadding).EncodeToString([]byte(text)))
			for before := range 3 {
				if text, left, right := base64Within(enc, text, before); len(text) >= leastDerived {
					add(left, right, text)
					// A form or a query percent-encodes base64 in turn, JSON may escape it.
					add(left, right, percentForms(text)...)
					add(left, right, strings.ReplaceAll(text, "/", `\/`))
				}
			}
		}
	}
	return forms
}

// percentForms: application/x-www-form-urlencoded, a query with %20, a path
// segment, and what browsers make (encodeURIComponent, URLSearchParams).
func percentForms(s string) []string {
	query := url.QueryEscape(s)
	query20 := strings.ReplaceAll(query, "+", "%20")
	component := asComponent.Replace(query20)
	form := asForm.Replace(query)
	forms := []string{query, query20, url.PathEscape(s), component, form}
	for _, f := range forms {
		forms = append(forms, lowerPercent(f))
	}
	return forms
}

// lowerPercent writes the hex digits of a percent-encoded text in lower case.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
			i += 2
		}
	}
	return string(b)
}

// jsonForms: a JSON string's inside, as plain as possible, with HTML characters
// escaped, and with all but ASCII escaped; each also with escaped slashes.
func jsonForms(s string) []string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string and a buffer cannot fail
	plain := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
	escaped := jsonOfHTML.Replace(plain)
	forms := []string{plain, escaped, asciiJSON(plain, "%04x"), asciiJSON(plain, "%04X")}
	for _, f := range forms {
		forms = append(forms, strings.ReplaceAll(f, "/", `\/`))
	}
	return forms
}

// asciiJSON escapes all but ASCII in JSON text, with digits as the verb says.
func asciiJSON(s, verb string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u`+verb, unit)
		}
	}
	return b.String()
}

// htmlForms: as Go's html and html/template write it, and with the other common
// names of the two quotes.
func htmlForms(s string) []string {
	numeric := html.EscapeString(s)
	return []string{
		numeric,
		strings.ReplaceAll(numeric, "+", "&#43;"),
		strings.ReplaceAll(numeric, "&#34;", "&quot;"),
		quotApos.Replace(numeric),
		quotHex.Replace(numeric),
		quotPadded.Replace(numeric),
	}
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
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '+' || c == '/' || c == '-' || c == '_'
}
