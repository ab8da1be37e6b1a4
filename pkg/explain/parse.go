package explain

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
)

// parsed is a text that profiles can judge: a response or a redirect URL.
type parsed struct {
	status   int // the HTTP status; 0 if the text has no status line
	header   http.Header
	response client.Response
	page     bool       // a web page or an empty body, where a program expects JSON
	callback url.Values // parameters of a redirect URL; nil for a response
}

// newParsed decodes a body once, for all profiles.
func newParsed(status int, header http.Header, body []byte) parsed {
	head := &http.Response{StatusCode: status, Header: header}
	return parsed{status: status, header: header, response: client.NewResponse(new(profile.Step), head, body)}
}

// parse accepts an HTTP response as printed by curl -i or curl -v, a JSON object, array or
// string, JSONP, XML, a web page, and a redirect URL or its query.
func parse(text string) (parsed, bool) {
	if _, v, verbose := strings.Cut("\n"+text, "\n< HTTP/"); verbose {
		text = unprefixed("< HTTP/" + v)
	}
	if strings.HasPrefix(text, "HTTP/") {
		return parseHTTP(text)
	}
	if strings.HasPrefix(text, "<") {
		if a := newParsed(0, nil, []byte(text)); a.response.IsData() {
			return a, true
		}
		a := newParsed(0, nil, []byte("<")) // no profile reads the rest of a page
		a.page = true
		return a, true
	}
	if _, isScript := body.JSONP([]byte(text)); isScript || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, `"`) {
		if a := newParsed(0, nil, []byte(text)); a.response.IsData() {
			return a, true
		}
	}
	return parseCallback(text)
}

// unprefixed returns the response in the output of curl -v. It removes the "<" before the
// lines of the head, and the lines of the request (">") and of remarks ("*").
func unprefixed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if head, ok := strings.CutPrefix(line, "<"); ok && (strings.HasPrefix(head, " ") || strings.TrimSpace(head) == "") {
			b.WriteString(strings.TrimPrefix(head, " "))
		} else if !strings.HasPrefix(line, "* ") && !strings.HasPrefix(line, "> ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// parseHTTP reads the last of several responses. Earlier ones came from a proxy or are
// redirects that were followed.
func parseHTTP(text string) (parsed, bool) {
	r := bufio.NewReader(strings.NewReader(text))
	status, err := r.ReadString('\n')
	words := strings.Fields(status)
	if err != nil && !errors.Is(err, io.EOF) || len(words) < 2 {
		return parsed{}, false
	}
	code, err := strconv.Atoi(words[1])
	if err != nil || code < 100 || code > 599 {
		return parsed{}, false
	}
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return parsed{}, false
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return parsed{}, false
	}
	body = bytes.TrimSpace(body)
	if bytes.HasPrefix(body, []byte("HTTP/")) {
		return parseHTTP(string(body))
	}
	a := newParsed(code, http.Header(header), body)
	a.page = code < 300 && a.response.IsPage()
	return a, true
}

// parseCallback reads a redirect URL, or its query or fragment. The parameters become the
// fields of a JSON response, because some vendors report refusals in the redirect URL.
func parseCallback(text string) (parsed, bool) {
	if strings.ContainsAny(text, " \t\r\n") || !strings.Contains(text, "=") {
		return parsed{}, false
	}
	_, query, isAddress := strings.Cut(text, "?")
	if !isAddress {
		query = text
		if _, fragment, ok := strings.Cut(text, "#"); ok {
			query = fragment
		}
	}
	q, err := url.ParseQuery(strings.ReplaceAll(query, "#", "&"))
	if err != nil {
		return parsed{}, false
	}
	fields := map[string]string{}
	for name := range q {
		fields[name] = q.Get(name)
	}
	body, err := json.Marshal(fields)
	a := newParsed(0, nil, body)
	a.callback = q
	return a, err == nil
}
