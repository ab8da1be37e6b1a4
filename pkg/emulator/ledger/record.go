package ledger

import "ssoctl/pkg/body"

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

// Record returns the redacted entry.
func (n *Entry) Record() Record {
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
	s := n.redactor()
	r.Target = s.text(n.part(target), &r.Request, "target", n.cut[target])
	s.headers(n.part(requestHeaders), &r.Request, n.cut[requestHeaders])
	r.Request.Body = s.text(inUTF8(r.Request, n.part(requestBody)), &r.Request, "body", n.cut[requestBody])
	s.headers(n.part(responseHeaders), &r.Response, n.cut[responseHeaders])
	r.Response.Body = s.text(inUTF8(r.Response, n.part(responseBody)), &r.Response, "body", n.cut[responseBody])
	return r
}

// inUTF8 converts a body from the charset that the headers of its message declare.
func inUTF8(m Message, text string) string {
	return string(body.Of(m.Headers, []byte(text)).UTF8())
}
