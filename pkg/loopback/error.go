package loopback

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CallbackError is a redirect that brought an error instead of a code
// (RFC 6749, 4.1.2.1), in the flow that was awaited.
type CallbackError struct {
	// Code, Description and URI are the parameters error, error_description
	// and error_uri, exactly as they came: whoever prints them escapes them.
	// Code is never empty.
	Code, Description, URI string
	// StateMissing is as in Callback.
	StateMissing bool
}

// Error returns all three on one line that is safe for a terminal: control and
// invisible characters are escaped, and each is cut after 300 characters.
func (e *CallbackError) Error() string {
	s := "the redirect says " + e.Said()
	if e.URI != "" {
		s += " (" + printable(e.URI, said) + ")"
	}
	return s
}

// Said returns the server's words alone, which need no translation, safe as in
// Error.
func (e *CallbackError) Said() string {
	if e.Description == "" {
		return printable(e.Code, said)
	}
	return printable(e.Code, said) + ": " + printable(e.Description, said)
}

// Denied reports whether it was the user, or the server on the user's behalf,
// who said no.
func (e *CallbackError) Denied() bool { return e.Code == "access_denied" }

// said is how many characters of each of a server's texts are shown.
const said = 300

// printable escapes what a terminal would act on, or show as something else:
// control characters, the marks that reverse a text's direction, and bytes
// that are no UTF-8. The rest after limit characters is cut.
func printable(s string, limit int) string {
	var b strings.Builder
	count := 0
	for i, r := range s {
		if count++; count > limit {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}
