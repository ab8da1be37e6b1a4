package record

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/secret"
)

// shown is an exchange without its secrets: all that any writer reads.
type shown struct {
	*Exchange
	method, url    string
	query          []Field
	sent, got      message
	status         int // 0 where there is no answer
	proto          string
	sign, signText string
	problem        string // Err
	members        []Member
}

// message is what one side sent.
type message struct {
	header []Field
	media  string // media type
	size   int    // of the body, in bytes
	// partial says that the body went on where reading ended, after size.
	partial bool
	raw     string // the body as it came; "" when it is no text
	body    body
}

// show takes the secrets out of all texts of an exchange. It learns first what in
// them looks like one.
func (x *Exchange) show() shown {
	x.learn()
	s := shown{Exchange: x, method: x.Request.Method, url: x.Request.URL.String(), signText: x.SignText.Reveal(), sign: x.Sign}
	s.query = pairs(x.Request.URL.RawQuery)
	s.sent = messageOf(x.requestHeader(), x.RequestBody, false)
	if x.Response != nil {
		s.status, s.proto = x.Response.StatusCode, x.Response.Proto
		s.got = messageOf(fields(x.Response.Header), x.Body, x.Partial)
	}
	if x.Err != nil {
		s.problem = x.Err.Error()
	}
	scrub := x.recorder.Scrub.Scrub
	for _, text := range []*string{&s.url, &s.signText, &s.problem} {
		*text = scrub(*text)
	}
	s.query = scrubbed(s.query, scrub)
	s.sent.scrub(scrub)
	s.got.scrub(scrub)
	for _, m := range x.Members {
		s.members = append(s.members, Member{m.Key, scrub(m.Template), m.Where})
	}
	return s
}

// statusLine is such as HTTP/1.1 200 OK; "" for no answer.
func (s shown) statusLine() string {
	if s.status == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", s.proto, s.status, http.StatusText(s.status)))
}

func (m *message) scrub(scrub func(string) string) {
	whole := scrub
	scrub = func(text string) string { return start(whole(text), mostShown) }
	m.header, m.raw = scrubbed(m.header, scrub), scrub(m.raw)
	m.body.text, m.body.title = scrub(m.body.text), scrub(m.body.title)
	m.body.claims = slices.Clone(m.body.claims)
	for i := range m.body.claims {
		m.body.claims[i] = scrub(m.body.claims[i])
	}
}

// start is the beginning of a text, of at most n bytes.
func start(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

func scrubbed(list []Field, scrub func(string) string) []Field {
	out := make([]Field, len(list))
	for i, f := range list {
		out[i] = Field{scrub(f.Name), scrub(f.Value)}
	}
	return out
}

// learn makes known what looks like a secret, beside those that the client knows.
func (x *Exchange) learn() {
	texts := []string{x.Request.URL.String(), string(x.RequestBody), x.answer()}
	var found []secret.String
	headers := []http.Header{x.Request.Header}
	if x.Response != nil {
		headers = append(headers, x.Response.Header)
	}
	for _, header := range headers {
		found = append(found, credentials(header)...)
		for name, values := range header {
			for _, v := range values {
				texts = append(texts, v)
				if len(v) >= leastCredential && secret.Suspicious(name) && !slices.Contains(manifold, name) {
					found = append(found, secret.New(v))
				}
			}
		}
	}
	found = append(found, secret.Suspects(texts...)...)
	if whole := strings.Trim(x.answer(), "\" \t\r\n"); secret.LooksRandom(whole) { // a bare token has no name
		found = append(found, secret.New(whole))
	}
	for _, f := range found {
		if v := f.Reveal(); v != x.Sign && v != x.Code {
			x.recorder.Scrub.Add(f)
		}
	}
}

// leastCredential is the length, in bytes, from which the value of a header is
// sought everywhere.
const leastCredential = 6

// manifold are headers that hold more than one secret, or more than the secret.
var manifold = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

// credentials are the secrets in those.
func credentials(header http.Header) []secret.String {
	var out []secret.String
	add := func(value string) {
		if len(value) >= leastCredential {
			out = append(out, secret.New(value))
		}
	}
	for _, name := range manifold[:2] {
		if _, value, ok := strings.Cut(header.Get(name), " "); ok {
			add(value)
		} else {
			add(header.Get(name))
		}
	}
	for _, c := range (&http.Request{Header: header}).Cookies() {
		add(c.Value)
	}
	for _, c := range (&http.Response{Header: header}).Cookies() {
		add(c.Value)
	}
	return out
}

// requestHeader is what was sent where that is known, else what is going to be.
func (x *Exchange) requestHeader() []Field {
	if wire := x.wire(); wire != nil {
		return wire
	}
	header := fields(x.Request.Header)
	if x.Kind == Called {
		header = append([]Field{{"Host", x.Request.URL.Host}}, header...)
	}
	return header
}

// fields are a header's, in alphabetical order.
func fields(h http.Header) []Field {
	var out []Field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, Field{name, v})
		}
	}
	return out
}

// pairs are the members of a query or a form, decoded, in their order.
func pairs(raw string) []Field {
	var out []Field
	for pair := range strings.SplitSeq(raw, "&") {
		if pair != "" {
			name, value, _ := strings.Cut(pair, "=")
			out = append(out, Field{unescaped(name), unescaped(value)})
		}
	}
	return out
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
