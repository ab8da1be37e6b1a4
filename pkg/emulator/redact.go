package emulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Record is one request and its response, as the ledger returns it. Secrets, codes
// and tokens are masked by [secret.Mask].
type Record struct {
	Event
	Target   string  `json:"target"` // path and query
	Request  Message `json:"request"`
	Response Message `json:"response"`
}

// Message is a request or a response.
type Message struct {
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body"`          // with U+FFFD in place of invalid UTF-8
	Size    int                 `json:"size"`          // original size of the body, in bytes
	Cut     []string            `json:"cut,omitempty"` // incomplete parts: body, headers, target
}

// record returns the redacted entry.
func (n *entry) record() Record {
	r := Record{
		Event:    n.Event,
		Request:  Message{Headers: map[string][]string{}, Size: n.sizes[0]},
		Response: Message{Headers: map[string][]string{}, Size: n.sizes[1]},
	}
	if r.Problems == nil {
		r.Problems = []Problem{} // [] in JSON, not null
	}
	if n.opaque {
		const left = "[left out: it contains a secret of more than 2 KiB]"
		r.Target, r.Request.Body, r.Response.Body = r.Path, left, left
		r.Request.Cut, r.Response.Cut = []string{"body", "headers", "target"}, []string{"body", "headers"}
		return r
	}
	s := n.scrubber()
	r.Target = s.text(n.part(target), &r.Request, "target", n.cut[target])
	s.headers(n.part(requestHeaders), &r.Request, n.cut[requestHeaders])
	r.Request.Body = s.text(n.part(requestBody), &r.Request, "body", n.cut[requestBody])
	s.headers(n.part(responseHeaders), &r.Response, n.cut[responseHeaders])
	r.Response.Body = s.text(n.part(responseBody), &r.Response, "body", n.cut[responseBody])
	return r
}

// redactor removes secrets from the texts of one request.
type redactor struct{ known *scrub.Scrubber }

func (n *entry) scrubber() redactor {
	known := &scrub.Scrubber{Stub: true}
	known.Add(n.allSecrets...)
	known.Add(n.secrets...)
	known.Add(scrub.Suspects(n.part(target), n.part(requestBody))...)
	return redactor{known}
}

// issuedText matches the codes and tokens of Emulator.fresh.
var issuedText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`emulated[a-z2-7]{32}`) })

// maskPath returns the path of an unrecognised request without secrets.
func (e *Emulator) maskPath(r *http.Request) string {
	known := &scrub.Scrubber{Stub: true}
	known.Add(e.allSecrets...)
	known.Add(scrub.Suspects(r.URL.RequestURI())...)
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

// secrets returns the secret values of the request, including those that were sent
// in a wrong place.
func (c *call) secrets() []secret.String {
	var out []secret.String
	const shortest = 4 // a shorter value would match unrelated text
	for name, value := range c.seen.Values {
		if c.v.secret(name) && len(value.Reveal()) >= shortest {
			out = append(out, value)
		}
	}
	const least = 8 // more than shortest, because these values may not be secret
	for _, f := range c.findings {
		p := f.problem
		got := unquoted(p.Got.Reveal())
		unread := p.Kind == recipe.Unread && (len(got) <= longestSecret || scrub.Suspicious(p.Member))
		if len(got) >= least && !described(p) && (unread || p.Placeholder != "" && c.v.secret(p.Placeholder)) {
			out = append(out, secret.New(got))
		}
	}
	return out
}

// unquoted decodes a JSON string. It returns other texts unchanged.
func unquoted(text string) string {
	if len(text) > bodyLimit+margin {
		return strings.Trim(text, `"`) // too long to be kept whole
	}
	var out string
	if strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &out) == nil {
		return out
	}
	return text
}

// person returns the user whom the request concerns, or nil.
func (c *call) person() *User {
	if c.login == nil && !c.known {
		return nil
	}
	user := c.user
	return &user
}
