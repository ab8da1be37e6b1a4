package record

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// shown is a call with its secrets masked. All output is made from it.
type shown struct {
	*Call
	method, url string
	query       []Field
	sent, got   message
	status      int // 0 if there is no response
	proto       string
	signed      []shownSignature
	problem     lang.Text // text of Err
	members     []Member
	failures    []Member
}

// shownSignature is a masked [Signed].
type shownSignature struct{ Name, Text, Value string }

// message is a request or a response.
type message struct {
	header  []Field
	media   string // media type
	size    int    // of the body, in bytes
	partial bool   // the body is longer than size
	raw     string // the body as received; "" if binary
	body    content
}

// show masks the secrets of a call, including values that look like secrets.
func (x *Call) show() shown {
	x.learn()
	return x.masked()
}

// shown returns all calls, masked. Values that look like secrets in one call are
// masked in all of them.
func (r *Recorder) shown() []shown {
	all := r.All()
	for _, x := range all {
		x.learn()
	}
	out := make([]shown, len(all))
	for i, x := range all {
		out[i] = x.masked()
	}
	return out
}

// masked returns the call with the secrets masked that the recorder's Scrub has.
func (x *Call) masked() shown {
	s := shown{Call: x, method: x.Request.Method, url: x.Request.URL.String()}
	s.query = pairs(start(x.Request.URL.RawQuery, mostShown+margin))
	s.sent = messageOf(x.requestHeader(), x.RequestBody, false)
	if x.Response != nil {
		s.status, s.proto = x.Response.StatusCode, x.Response.Proto
		s.got = messageOf(fields(x.Response.Header), x.Body, x.Partial)
	}
	if x.Err != nil {
		s.problem = lang.Of(x.Err)
	}
	scrub := x.recorder.Scrub.Scrub
	if !x.recorder.Scrub.Lifted {
		hideCookies(s.sent.header, scrub)
		hideCookies(s.got.header, scrub)
	}
	scrub = bounded(scrub)
	for _, text := range []*string{&s.url, &s.problem.EN, &s.problem.ZH} {
		*text = scrub(*text)
	}
	for _, d := range x.Signed {
		s.signed = append(s.signed, shownSignature{d.Name, scrub(d.Text.Reveal()), scrub(d.Value)})
	}
	s.query = scrubbed(s.query, scrub)
	s.sent.scrub(x.recorder.Scrub.Scrub)
	s.got.scrub(x.recorder.Scrub.Scrub)
	s.members, s.failures = scrubbedMembers(x.Members, scrub), scrubbedMembers(x.Failures, scrub)
	return s
}

func scrubbedMembers(list []Member, scrub func(string) string) []Member {
	var out []Member
	for _, m := range list {
		out = append(out, Member{m.Key, scrub(m.Template), m.Where})
	}
	return out
}

// statusLine returns a status line such as "HTTP/1.1 200 OK", or "" without a response.
func (s shown) statusLine() string {
	if s.status == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", s.proto, s.status, http.StatusText(s.status)))
}

// bounded returns a scrub function that truncates long texts to mostShown bytes and "…".
func bounded(scrub func(string) string) func(string) string {
	return func(text string) string {
		if len(text) <= mostShown {
			return start(scrub(text), mostShown)
		}
		return start(scrub(start(text, mostShown+margin)), mostShown) + "…"
	}
}

func (m *message) scrub(scrub func(string) string) {
	m.header = scrubbed(m.header, bounded(scrub))
	whole := scrub
	scrub = func(text string) string { return start(whole(text), mostShown) }
	m.raw = scrub(m.raw)
	m.body.text, m.body.title = scrub(m.body.text), scrub(m.body.title)
	m.body.claims = slices.Clone(m.body.claims)
	for i := range m.body.claims {
		m.body.claims[i] = scrub(m.body.claims[i])
	}
}

// start returns at most the first n bytes of text.
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

// learn adds values that look like secrets to the recorder's Scrub.
func (x *Call) learn() {
	texts := []string{start(x.Request.URL.String(), mostShown+margin)}
	header := x.requestHeader()
	if x.Response != nil {
		header = append(header, fields(x.Response.Header)...)
	}
	var found []string
	for _, f := range header {
		texts = append(texts, start(f.Value, mostShown+margin))
		found = append(found, credentials(f)...)
	}
	response := x.responseText()
	for _, body := range []string{string(x.RequestBody), response} {
		texts = append(texts, body[:min(len(body), mostShown+margin)])
	}
	if whole := strings.Trim(response, "\" \t\r\n"); scrub.LooksRandom(whole) { // the whole body is a token
		found = append(found, whole)
	}
	for _, v := range found {
		if !x.isOpen(v) {
			x.recorder.Scrub.Add(secret.New(v))
		}
	}
	x.recorder.Scrub.AddSuspects(slices.DeleteFunc(scrub.Suspects(texts...), func(s secret.String) bool {
		return x.isOpen(s.Reveal())
	})...)
}

// isOpen reports whether a value is shown even if it looks like a secret: a vendor's code, a signature.
func (x *Call) isOpen(value string) bool {
	return value == x.Code || slices.ContainsFunc(x.Signed, func(d Signed) bool { return d.Value == value })
}

// credentials returns the secrets in a header field, except short ones, which would match
// ordinary text by chance.
func credentials(f Field) []string {
	const least = 6
	var out []string
	switch name := http.CanonicalHeaderKey(f.Name); {
	case name == "Authorization" || name == "Proxy-Authorization":
		_, rest, ok := strings.Cut(f.Value, " ")
		if !ok {
			rest = f.Value
		}
		out = append(out, rest)
	case isCookie(f):
		eachCookie(f, func(value string) string {
			out = append(out, value, strings.Trim(value, `"`))
			return value
		})
	case scrub.Suspicious(name):
		out = append(out, f.Value)
	}
	return slices.DeleteFunc(out, func(v string) bool { return len(v) < least })
}

func isCookie(f Field) bool {
	name := http.CanonicalHeaderKey(f.Name)
	return name == "Cookie" || name == "Set-Cookie"
}

// eachCookie replaces each value in a Cookie or Set-Cookie field with do(value) and returns
// the field's new value. It accepts cookies that net/http rejects.
func eachCookie(f Field, do func(value string) string) string {
	pairs := strings.Split(f.Value, ";")
	for i, pair := range pairs {
		if i > 0 && http.CanonicalHeaderKey(f.Name) == "Set-Cookie" {
			break // attributes
		}
		name, value, _ := strings.Cut(pair, "=")
		if text := strings.TrimSpace(value); text != "" {
			pairs[i] = name + "=" + do(text)
		}
	}
	return strings.Join(pairs, ";")
}

// hideCookies masks all cookies in list, including those that are too short for learn.
func hideCookies(list []Field, scrub func(string) string) {
	for i, f := range list {
		if !isCookie(f) {
			continue
		}
		list[i].Value = eachCookie(f, func(value string) string {
			if hidden := scrub(value); hidden != value {
				return hidden
			}
			return secret.Redacted
		})
	}
}

// requestHeader returns the header fields as sent or, before that, as far as they are
// known.
func (x *Call) requestHeader() []Field {
	if wire := x.wire(); wire != nil {
		return wire
	}
	header := fields(x.Request.Header)
	if x.Kind == Called {
		header = append([]Field{{"Host", x.Request.URL.Host}}, header...)
	}
	return header
}

// fields returns header fields in alphabetical order.
func fields(h http.Header) []Field {
	var out []Field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, Field{name, v})
		}
	}
	return out
}

// pairs returns the decoded parameters of a query or form in order.
func pairs(raw string) []Field {
	var out []Field
	for pair := range strings.SplitSeq(raw, "&") {
		if pair != "" {
			name, value, _ := strings.Cut(pair, "=")
			out = append(out, Field{body.Unescape(name), body.Unescape(value)})
		}
	}
	return out
}
