package emulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Record is one request and its answer. Secrets, codes and tokens are masked as
// by secret.Mask.
type Record struct {
	Event
	Target   string  `json:"target"` // path and query
	Request  Message `json:"request"`
	Response Message `json:"response"`
}

// Message is what one side sent.
type Message struct {
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body"`          // what is no UTF-8 is replaced by U+FFFD
	Size    int                 `json:"size"`          // of the body in bytes, before it was cut
	Cut     []string            `json:"cut,omitempty"` // what is not whole: body, headers, target
}

// record redacts an entry.
func (n *entry) record() Record {
	r := Record{
		Event:    n.Event,
		Request:  Message{Headers: map[string][]string{}, Size: n.sizes[0]},
		Response: Message{Headers: map[string][]string{}, Size: n.sizes[1]},
	}
	if r.Problems == nil {
		r.Problems = []Problem{} // in JSON a list
	}
	if n.opaque {
		const left = "[left out: it holds a secret of more than 2 KiB]"
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

// redactor takes secrets out of what was kept of one request.
type redactor struct{ known *secret.Scrubber }

func (n *entry) scrubber() redactor {
	known := &secret.Scrubber{Stub: true}
	known.Add(n.allSecrets...)
	known.Add(n.secrets...)
	known.Add(secret.Suspects(n.part(target), n.part(requestBody))...)
	return redactor{known}
}

// issued finds what Emulator.fresh made, wherever it stands.
var issuedText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`emulated[a-z2-7]{32}`) })

// maskPath is the path of a request of which nobody knows what is in it.
func (e *Emulator) maskPath(r *http.Request) string {
	known := &secret.Scrubber{Stub: true}
	known.Add(e.allSecrets...)
	known.Add(secret.Suspects(r.URL.RequestURI())...)
	return redactor{known}.scrub(r.URL.Path)
}

func (s redactor) scrub(text string) string {
	return issuedText().ReplaceAllStringFunc(s.known.Scrub(text), secret.Mask)
}

// text redacts a part, and only then cuts it.
func (s redactor) text(text string, m *Message, part string, cut bool) string {
	text = s.scrub(text)
	if cut {
		m.Cut = append(m.Cut, part)
		text = text[:min(len(text), bodyLimit)]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// credentials are headers that hold nothing but what nobody else may see.
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

// masked is a stub of what holds a secret, nothing where a part has been taken out.
func masked(value string) string {
	if strings.Contains(value, secret.Redacted) {
		return secret.Redacted
	}
	return secret.Mask(value)
}

// secrets are the values of the request that are not for other eyes, also those
// that were sent in a wrong place.
func (c *call) secrets() []secret.String {
	var out []secret.String
	const shortest = 4 // a shorter one is no secret, and stands everywhere by chance
	for name, value := range c.seen.Values {
		if c.v.secret(name) && len(value.Reveal()) >= shortest {
			out = append(out, value)
		}
	}
	const least = 8 // of what may be none
	for _, f := range c.findings {
		p := f.problem
		got := unquoted(p.Got.Reveal())
		unread := p.Kind == recipe.Unread && (len(got) <= longestSecret || secret.Suspicious(p.Member))
		if len(got) >= least && !described(p) && (unread || p.Placeholder != "" && c.v.secret(p.Placeholder)) {
			out = append(out, secret.New(got))
		}
	}
	return out
}

// unquoted is the text of a JSON string; other texts stay as they are.
func unquoted(text string) string {
	if len(text) > bodyLimit+margin {
		return strings.Trim(text, `"`) // nobody looks at all of it
	}
	var out string
	if strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &out) == nil {
		return out
	}
	return text
}

// person is whom the request was about, nil for nobody.
func (c *call) person() *User {
	if c.login == nil && !c.known {
		return nil
	}
	user := c.user
	return &user
}
