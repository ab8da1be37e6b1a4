package recipe

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// HeaderError says why a header field cannot be sent. It does not contain the value.
type HeaderError struct {
	Name    string
	Problem lang.Text
}

func (e *HeaderError) Error() string { return e.Text().EN }

// Text returns the error in both languages.
func (e *HeaderError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "header %q: %s", ZH: "请求头 %q %s"}, e.Name, e.Problem)
}

// CheckHeader returns a [*HeaderError] for a field that net/http would refuse, set itself
// or drop silently.
func CheckHeader(name, value string) error {
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isTokenRune(r) }):
		return &HeaderError{name, lang.Text{EN: "is not a valid header name", ZH: "不是有效的请求头名称"}}
	case slices.Contains(ofConnection, http.CanonicalHeaderKey(name)):
		return &HeaderError{name, lang.Text{EN: "cannot be set: HTTP sets it for each connection", ZH: "不能设置：它由 HTTP 按连接设定"}}
	case http.CanonicalHeaderKey(name) == "Accept-Encoding":
		return &HeaderError{name, lang.Text{EN: "cannot be set: ssoctl asks for the encodings that it can decode", ZH: "不能设置：ssoctl 只请求自己能解码的编码"}}
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
		return &HeaderError{name, lang.Text{EN: "the value contains a line break or another control character", ZH: "的值含有换行或其他控制字符"}}
	}
	return nil
}

// ofConnection are the fields that net/http ignores in the header, because it takes them
// from the URL, the body or the connection (RFC 9110 §7.6.1, RFC 9113 §8.2.2).
var ofConnection = []string{
	"Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

func checkHeaders(headers url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if err := CheckHeader(name, headers.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// isTokenRune reports whether r may be in a header name (tchar in RFC 9110 §5.6.2).
func isTokenRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

// header compares the header. It reports fields that the recipe does not have, except
// those that libraries, browsers and proxies add on their own.
func (rd *reader) header(got http.Header) {
	for _, w := range rd.headers {
		values := got.Values(w.name)
		if len(values) == 1 && strings.EqualFold(w.name, "Authorization") {
			values = []string{withScheme(w.parts.scheme(), values[0])}
		}
		rd.member(w.member, w.parts, values)
	}
	var unread []string
	for name, values := range got {
		if len(values) > 0 && !ordinary(name) && !slices.ContainsFunc(rd.headers, func(w wanted) bool { return strings.EqualFold(w.name, name) }) {
			unread = append(unread, name)
		}
	}
	slices.Sort(unread)
	for _, name := range unread {
		rd.problem("headers."+name, "", Unread, "", strings.Join(got[name], ", "))
	}
}

// scheme returns the authentication scheme of an Authorization template; "" if it has none.
func (ps parts) scheme() string {
	if ph, only := ps.only(); only && ph.Name == "basic_auth" {
		return "Basic"
	}
	scheme, _, ok := strings.Cut(ps[0].literal, " ")
	if !ok {
		return ""
	}
	return scheme
}

// withScheme returns the value of Authorization with the scheme spelled as in the recipe
// and one space after it. Clients may use another case and more spaces (RFC 9110 §11.1,
// §11.4).
func withScheme(scheme, value string) string {
	got, credentials, ok := strings.Cut(value, " ")
	if !ok || scheme == "" || !strings.EqualFold(got, scheme) {
		return value
	}
	return scheme + " " + strings.TrimLeft(credentials, " ")
}

// ordinary reports whether a field is one that libraries, browsers and proxies add. name
// is in canonical form.
func ordinary(name string) bool {
	switch name {
	case "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Baggage", "Cache-Control", "Connection", "Content-Length",
		"Content-Type", "Cookie", "Date", "Dnt", "Expect", "Forwarded", "From", "Host", "Keep-Alive", "Origin", "Pragma", "Priority",
		"Purpose", "Range", "Referer", "Request-Id", "Te", "Traceparent", "Tracestate", "Trailer", "Transfer-Encoding", "Upgrade",
		"Upgrade-Insecure-Requests", "User-Agent", "Via", "X-Correlation-Id", "X-Real-Ip", "X-Request-Id", "X-Requested-With":
		return true
	}
	return slices.ContainsFunc([]string{"Access-Control-", "If-", "Proxy-", "Sec-", "X-B3-", "X-Forwarded-"}, func(start string) bool { return strings.HasPrefix(name, start) })
}
