package scrub

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/secret"
)

// The functions below guess what is secret in texts that no profile describes: a secret under
// a wrong name, an unexpected response, a text that cannot be parsed.

var (
	// secretWords are words in the names of members that contain secrets, whatever the
	// value looks like.
	secretWords = []string{
		"secret", "token", "passw", "pwd", "ticket", "session", "cookie",
		"authorization", "assertion", "credential", "verifier", "jwt",
	}
	// suspicious adds words that are in the names of other members too, such as a
	// refusal's code.
	suspicious = slices.Concat(secretWords, []string{"code", "key", "sign"})
	// innocent are endings of names whose values are not secret although the name contains such a word.
	innocent = []string{
		"type", "method", "challenge", "name", "id", "url", "uri", "endpoint", "supported", "status",
		"type_hint", "_alg", "_response_enc", "token_use", "expire", "expires", "expiry", "expires_in", "expiresin", "time", "_at",
	}
)

// Suspicious reports whether a member of this name is likely to contain a secret.
func Suspicious(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "sessionid") || strings.HasSuffix(name, "session_id") || strings.HasSuffix(name, "auth") {
		return true
	}
	return slices.ContainsFunc(suspicious, func(word string) bool { return strings.Contains(name, word) }) &&
		!slices.ContainsFunc(innocent, func(end string) bool { return strings.HasSuffix(name, end) })
}

// LooksRandom reports whether a value looks random: 16 bytes to 16 KiB of letters, digits
// and the punctuation of tokens, with at least one letter and one digit.
func LooksRandom(value string) bool {
	const least = 16
	return len(value) >= least && len(value) <= mostSuspect && mixed(value) && strings.Trim(value, letters+digits+"_.~+/=-") == ""
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// mixed reports whether a value has both letters and digits.
func mixed(value string) bool {
	return strings.ContainsAny(value, letters) && strings.ContainsAny(value, digits)
}

// WithoutRuns replaces with [Hidden] what looks like a token in a text of unknown form: runs of at
// least 16 letters, digits and punctuation marks of tokens, with a digit.
func WithoutRuns(text string) string {
	return regexp.MustCompile(`[\w.~+/=-]{16,}`).ReplaceAllStringFunc(text, func(run string) string {
		if !strings.ContainsAny(run, digits) {
			return run
		}
		return Hidden
	})
}

// WithoutMixed replaces with [Hidden] what may be a token too short for [WithoutRuns]: runs of at
// least 8 characters with letters and digits.
func WithoutMixed(text string) string {
	return regexp.MustCompile(`[\w.~+-]{8,}`).ReplaceAllStringFunc(text, func(run string) string {
		if !mixed(run) {
			return run
		}
		return Hidden
	})
}

// leastSuspect is the minimum length in bytes of a value that counts as a secret because of
// its name; shorter values are too common. leastCode is the minimum for a code, and for a
// value that may be a word or a number. A value longer than mostSuspect is an image, a page
// or the like.
const leastSuspect, leastCode, mostSuspect = 6, 8, 16 << 10

// Suspect reports whether a value with this name is likely to be a secret. A value called
// code is often a result such as E10001, so it needs letters and digits and at least 8
// bytes.
func Suspect(name, value string) bool {
	if len(value) < leastSuspect || len(value) > mostSuspect || !Suspicious(name) {
		return false
	}
	return !strings.HasSuffix(strings.ToLower(name), "code") || len(value) >= leastCode && mixed(value)
}

// Suspects finds the values for which [Suspect] is true in texts of any kind: queries,
// forms, JSON, XML, parameters of headers, fields of HTML forms, lines of names and
// values. The texts may be cut off, or encoded up to three times. Signed and encrypted
// tokens (RFC 7519) are found under any name.
func Suspects(texts ...string) []secret.String {
	var out []secret.String
	for _, text := range texts {
		room := (1 + mostLayers) * len(text) // for all values in each layer
		for layer := range 1 + mostLayers {
			s := scanner{text: text, inner: layer > 0, room: room}
			s.scan()
			room = s.room
			for _, found := range slices.Concat(s.found, SignedTokens(text)) {
				out = append(out, secret.New(found))
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

// signedToken matches the three parts of a signed token or the five of an encrypted one.
var signedToken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\be[wy][\w-]+\.(?:[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+|[\w-]+\.[\w-]+)`)
})

// SignedTokens finds texts with the form of a signed token (header, claims and signature
// with dots between, RFC 7519) or an encrypted one (RFC 7516).
func SignedTokens(text string) []string {
	begins := func(start string) bool { return strings.Contains(text, start) }
	if !slices.ContainsFunc([]string{"eyJ", "eyA", "ewo", "ewk", "ew0"}, begins) { // base64 of { followed by a quote or white space
		return nil
	}
	return slices.DeleteFunc(signedToken().FindAllString(text, -1), func(token string) bool {
		part, _, _ := strings.Cut(token, ".")
		header, err := base64.RawURLEncoding.DecodeString(part)
		return err != nil || !json.Valid(header)
	})
}
