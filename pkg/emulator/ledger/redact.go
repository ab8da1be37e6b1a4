package ledger

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// redactor removes secrets from the texts of one request.
type redactor struct{ known *scrub.Scrubber }

// redactor returns a redactor for the secrets of all vendors and of the request.
func (n *Entry) redactor() redactor {
	known := &scrub.Scrubber{Stub: true, Base: n.vendors}
	known.Add(n.secrets...)
	known.AddSuspects(scrub.Suspects(n.part(target), n.part(requestBody))...)
	for _, token := range scrub.SignedTokens(n.part(responseBody)) { // may contain what was issued
		known.Add(secret.New(token))
	}
	return redactor{known}
}

// issuedText matches the codes and tokens that an emulator issues.
var issuedText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`emulated[a-z2-7]{32}`) })

// MaskPath returns the path of a request without the secrets of any vendor and without text
// that looks like a secret.
func MaskPath(r *http.Request, vendors *scrub.Scrubber) string {
	known := &scrub.Scrubber{Stub: true, Base: vendors}
	known.AddSuspects(scrub.Suspects(r.URL.RequestURI())...)
	return redactor{known}.scrub(r.URL.Path)
}

func (s redactor) scrub(text string) string {
	return issuedText().ReplaceAllStringFunc(s.known.Scrub(text), secret.Mask)
}

// text redacts a part and then cuts it. Cutting first could leave half a secret.
func (s redactor) text(text string, m *Message, part string, cut bool) string {
	text = s.scrub(text)
	if cut {
		m.Cut = append(m.Cut, part)
		text = text[:min(len(text), bodyLimit)]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// credentials are the headers whose whole value is secret.
var credentials = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

func (s redactor) headers(text string, m *Message, cut bool) {
	if cut {
		m.Cut = append(m.Cut, "headers")
	}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		value = s.scrub(value)
		if slices.Contains(credentials, http.CanonicalHeaderKey(name)) && !strings.Contains(value, "…") {
			scheme, rest, two := strings.Cut(value, " ")
			if value = masked(value); two && strings.HasSuffix(name, "Authorization") {
				value = scheme + " " + masked(rest)
			}
		}
		m.Headers[name] = append(m.Headers[name], strings.ToValidUTF8(value, "\uFFFD"))
	}
}

// masked masks a secret value. It hides a value completely if part of it is already
// redacted.
func masked(value string) string {
	if strings.Contains(value, secret.Redacted) {
		return secret.Redacted
	}
	return secret.Mask(value)
}
