package explain

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"ssoctl/pkg/client"
)

// answer is a text as something that a profile can judge.
type answer struct {
	status   int // HTTP; 0 when the text has no head
	header   http.Header
	response client.Response
	page     bool       // HTML, where a program expects JSON
	callback url.Values // of a redirected address, else nil
}

// newAnswer decodes a body, once for all profiles. Without a status it is taken for
// that of a success.
func newAnswer(status int, header http.Header, body []byte) answer {
	head := &http.Response{StatusCode: cmp.Or(status, http.StatusOK), Header: header}
	return answer{status: status, header: header, response: client.NewResponse(head, body)}
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
	if strings.HasPrefix(text, "<") {
		a := newAnswer(0, nil, []byte("<")) // what else it says is read by nobody
		a.page = true
		return a, true
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, `"`) {
		if a := newAnswer(0, nil, []byte(text)); a.response.IsJSON() {
			return a, true
		}
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
	a := newAnswer(code, http.Header(header), body)
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
	a := newAnswer(0, nil, body)
	a.callback = q
	return a, err == nil
}
