package secret

import (
	"encoding/base64"
	"encoding/json"
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
	innocent = []string{
		"type", "method", "challenge", "name", "id", "url", "uri", "endpoint", "supported", "status",
		"expire", "expires", "expiry", "expires_in", "expiresin", "time", "_at",
	}
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
// letters and digits, of both some, with the marks that tokens have, and at most 16 KiB.
func LooksRandom(value string) bool {
	const least = 16
	return len(value) >= least && len(value) <= mostSuspect && mixed(value) && strings.Trim(value, letters+digits+"_.~+/=-") == ""
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

// WithoutMixed leaves out all of a text, in no known form, that is too short for
// WithoutRuns and may yet be a token: runs of at least 8 with letters and digits.
func WithoutMixed(text string) string {
	return regexp.MustCompile(`[\w.~+-]{8,}`).ReplaceAllStringFunc(text, func(run string) string {
		if !mixed(run) {
			return run
		}
		return "…"
	})
}

// leastSuspect is the length, in bytes, from which a value that only its name
// makes suspicious is taken for a secret: shorter ones stand everywhere by chance.
// leastCode is that of a code, and of what might be a word or a number. What is longer
// than mostSuspect is a picture, a page or the like.
const leastSuspect, leastCode, mostSuspect = 6, 8, 16 << 10

// Suspect reports whether what stands under this name is likely to be a secret.
// What is called a code is often no secret but says how it went, as E10001 does: of
// that, letters and digits are needed, and 8 bytes.
func Suspect(name, value string) bool {
	if len(value) < leastSuspect || len(value) > mostSuspect || !Suspicious(name) {
		return false
	}
	return !strings.HasSuffix(strings.ToLower(name), "code") || len(value) >= leastCode && mixed(value)
}

// Suspects finds, in texts of any kind, what Suspect is said of: in queries, forms,
// JSON and XML, in the parameters of headers, in fields of HTML forms, in lines of
// names and values; also where they are cut or stand, encoded up to three times, in
// another text. Signed and encrypted tokens (RFC 7519) are found under any name.
func Suspects(texts ...string) []String {
	var out []String
	for _, text := range texts {
		for layer := range 1 + mostLayers {
			s := scanner{text: text, inner: layer > 0, room: 4 * len(text)}
			s.scan()
			for _, found := range slices.Concat(s.found, SignedTokens(text)) {
				out = append(out, New(found))
			}
			inner := peeled(text)
			if inner == text {
				break
			}
			text = inner
		}
	}
	return out
}

// signedToken finds what is to be decoded: three parts, or the five of an encrypted one.
var signedToken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\be[wy][\w-]+\.(?:[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+|[\w-]+\.[\w-]+)`)
})

// SignedTokens finds what has the form of a signed token (RFC 7519), header, claims
// and signature with dots between, or of an encrypted one (RFC 7516).
func SignedTokens(text string) []string {
	begins := func(start string) bool { return strings.Contains(text, start) }
	if !slices.ContainsFunc([]string{"eyJ", "eyA", "ewo", "ewk", "ew0"}, begins) { // base64 of a brace, and a quote or white space
		return nil
	}
	return slices.DeleteFunc(signedToken().FindAllString(text, -1), func(token string) bool {
		part, _, _ := strings.Cut(token, ".")
		header, err := base64.RawURLEncoding.DecodeString(part)
		return err != nil || !json.Valid(header)
	})
}
