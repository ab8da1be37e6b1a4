package secret

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// What a profile describes needs no guess. This is for what it does not: a secret
// under a wrong name, an answer that nobody expected, a text that cannot be read.

var (
	// suspicious are words in the names of members that hold secrets.
	suspicious = []string{
		"secret", "token", "passw", "pwd", "code", "key", "sign", "ticket", "session", "cookie",
		"authorization", "assertion", "credential", "verifier", "jwt",
	}
	// innocent are endings of names that hold such a word and no secret.
	innocent = []string{"type", "method", "challenge", "name", "id", "url", "uri", "endpoint"}
)

// Suspicious reports whether a member of this name is likely to hold a secret.
func Suspicious(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "sessionid") || strings.HasSuffix(name, "session_id") || strings.HasSuffix(name, "auth") {
		return true
	}
	return slices.ContainsFunc(suspicious, func(word string) bool { return strings.Contains(name, word) }) &&
		!slices.ContainsFunc(innocent, func(end string) bool { return strings.HasSuffix(name, end) })
}

// LooksRandom reports whether a value looks as if chance had made it: at least 16
// letters and digits, of both some, with the marks that tokens have.
func LooksRandom(value string) bool {
	const least = 16
	return len(value) >= least && mixed(value) && strings.Trim(value, letters+digits+"_.~+/=-") == ""
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// mixed reports whether there are both letters and digits.
func mixed(value string) bool {
	return strings.ContainsAny(value, letters) && strings.ContainsAny(value, digits)
}

// WithoutRuns leaves out of a text in no known form what looks like a token: long
// runs with a digit in them.
func WithoutRuns(text string) string {
	return regexp.MustCompile(`[\w.~+/=-]{16,}`).ReplaceAllStringFunc(text, func(run string) string {
		if !strings.ContainsAny(run, digits) {
			return run
		}
		return "…"
	})
}

// leastSuspect is the length, in bytes, from which a value that only its name
// makes suspicious is taken for a secret: shorter ones stand everywhere by chance.
// leastCode is that of a code.
const leastSuspect, leastCode = 6, 8

// Suspects finds, in texts of any kind, the values of suspicious names: those of
// queries, forms and JSON, also of ones that are cut or stand within another text.
// Signed tokens (RFC 7519) are found under any name. What is called a code is
// often no secret but says how it went, as E10001 does: of that, letters and digits
// are needed, and 8 bytes.
func Suspects(texts ...string) []String {
	var out []String
	see := func(name, value string) {
		if len(value) < leastSuspect || !Suspicious(name) {
			return
		}
		if strings.HasSuffix(strings.ToLower(name), "code") && (len(value) < leastCode || !mixed(value)) {
			return
		}
		out = append(out, New(value))
	}
	for _, text := range texts {
		for pair := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("?&#;\"'<> \t\r\n", r) }) {
			if name, value, ok := strings.Cut(pair, "="); ok {
				see(unescaped(name), unescaped(value))
			}
		}
		for _, json := range []string{text, strings.ReplaceAll(text, `\"`, `"`)} { // it may stand in a JSON string
			for _, m := range jsonMember().FindAllStringSubmatch(json, -1) {
				see(m[1], unquoted(m[2]))
			}
		}
		for _, token := range SignedTokens(text) {
			out = append(out, New(token))
		}
	}
	return out
}

var (
	// jsonMember finds the strings of a JSON text, also of one that is cut or is no
	// JSON for another reason.
	jsonMember = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`"([^"\\]{1,64})"\s*:\s*"((?:[^"\\]|\\.)*)`)
	})
	signedToken = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)
	})
)

// SignedTokens finds what has the form of a signed token (RFC 7519): header, claims
// and signature, with dots between.
func SignedTokens(text string) []string {
	if !strings.Contains(text, "eyJ") { // base64 of {"
		return nil
	}
	return signedToken().FindAllString(text, -1)
}

// unquoted is what the inside of a JSON string stands for; of one that is cut, what it says.
func unquoted(inside string) string {
	var out string
	if json.Unmarshal([]byte(`"`+inside+`"`), &out) != nil {
		return inside
	}
	return out
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
