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

	"ssoctl/pkg/profile"
)

// answer is a text as something that a profile can judge.
type answer struct {
	status   int // HTTP; 0 when the text has no head
	header   http.Header
	body     []byte
	page     bool       // HTML, where a program expects JSON
	callback url.Values // of a redirected address, else nil
}

// parse takes an answer of HTTP as curl -i or -v prints it, a JSON object or
// array, a page, or a redirected address or its query.
func parse(text string) (answer, bool) {
	if _, v, verbose := strings.Cut("\n"+text, "\n< HTTP/"); verbose {
		text = unprefixed("< HTTP/" + v)
	}
	if strings.HasPrefix(text, "HTTP/") {
		return parseHTTP(text)
	}
	a := answer{body: []byte(text)}
	if strings.HasPrefix(text, "<") {
		a.page = true
		return a, true
	}
	if v, isJSON, err := profile.Decode(a.body); isJSON && err == nil {
		_, isText := v.(string)
		return a, isText || text[0] == '{' || text[0] == '['
	}
	return parseCallback(text)
}

// unprefixed is what curl -v received: the head's lines begin with <, those of
// the request with >, and remarks with *.
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

// parseHTTP reads the last of the answers: before it stand those of a proxy, and
// the redirects that were followed.
func parseHTTP(text string) (answer, bool) {
	r := bufio.NewReader(strings.NewReader(text))
	status, err := r.ReadString('\n')
	words := strings.Fields(status)
	if err != nil && !errors.Is(err, io.EOF) || len(words) < 2 {
		return answer{}, false
	}
	code, err := strconv.Atoi(words[1])
	if err != nil || code < 100 || code > 599 {
		return answer{}, false
	}
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return answer{}, false
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return answer{}, false
	}
	body = bytes.TrimSpace(body)
	if bytes.HasPrefix(body, []byte("HTTP/")) {
		return parseHTTP(string(body))
	}
	a := answer{status: code, header: http.Header(header), body: body}
	a.page = code < 300 && (len(body) == 0 || bytes.HasPrefix(body, []byte("<")))
	return a, true
}

// parseCallback makes of the query and the fragment of an address what a profile
// judges: some vendors put there what others answer.
func parseCallback(text string) (answer, bool) {
	if strings.ContainsAny(text, " \t\r\n") || !strings.Contains(text, "=") {
		return answer{}, false
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
		return answer{}, false
	}
	members := map[string]string{}
	for name := range q {
		members[name] = q.Get(name)
	}
	body, err := json.Marshal(members)
	return answer{body: body, callback: q}, err == nil
}

// response is the answer's head, as the client would have received it.
func (a answer) response() *http.Response {
	resp := &http.Response{StatusCode: a.status, Header: a.header}
	if a.status == 0 {
		resp.StatusCode = http.StatusOK
	}
	return resp
}
