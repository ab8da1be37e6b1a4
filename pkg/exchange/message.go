package exchange

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"ssoctl/pkg/exactjson"
)

// Message is an HTTP request or response.
type Message struct {
	Start  string // the request line or status line
	Header http.Header
	Body   string
}

// encodingHeader marks a body that is written as base64 because it would not survive as
// text. The header belongs to MIME; HTTP does not use it.
const encodingHeader = "Content-Transfer-Encoding"

func parseMessage(text string) (Message, error) {
	head, body, _ := strings.Cut(text, "\n\n")
	start, rest, _ := strings.Cut(strings.TrimSuffix(head, "\n"), "\n")
	m := Message{Start: start, Header: http.Header{}, Body: strings.TrimSuffix(body, "\n")}
	for line := range strings.Lines(rest) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			return m, fmt.Errorf("header line %q", line)
		}
		m.Header.Add(name, strings.TrimSpace(value))
	}
	if m.Header.Get(encodingHeader) != "base64" {
		return m, nil
	}
	m.Header.Del(encodingHeader)
	plain, err := base64.StdEncoding.DecodeString(m.Body)
	m.Body = string(plain)
	return m, err
}

func (m Message) format() string {
	var b strings.Builder
	b.WriteString(m.Start + "\n")
	body, encoded := m.Body, !asText(m.Body)
	if encoded {
		body = base64.StdEncoding.EncodeToString([]byte(body))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		for _, v := range m.Header[name] {
			b.WriteString(strings.ToLower(name) + ": " + v + "\n")
		}
	}
	if encoded {
		b.WriteString(strings.ToLower(encodingHeader) + ": base64\n")
	}
	if body != "" {
		b.WriteString("\n" + body + "\n")
	}
	return b.String()
}

// asText reports whether a body can be written unchanged: it is text without carriage
// returns, and no line looks like the start of a section.
func asText(body string) bool {
	if !utf8.ValidString(body) || strings.Contains(body, "\r") {
		return false
	}
	archive := txtar.Parse([]byte(body))
	return len(archive.Files) == 0
}

// Status returns the status code of a response; 0 if the message is not one.
func (m Message) Status() int {
	var code int
	if _, err := fmt.Sscanf(m.Start, "HTTP/1.1 %d", &code); err != nil {
		return 0
	}
	return code
}

// Members returns the members of a request under the keys that a recipe uses: method, path,
// query.code, headers.Token, form.code, json.list.0. Values are strings, or []string if a
// name occurs more than once. Values of a JSON body keep their types, with exact numbers.
func (m Message) Members() (map[string]any, error) {
	method, target, ok := strings.Cut(m.Start, " ")
	u, err := url.Parse(target)
	if !ok || err != nil {
		return nil, fmt.Errorf("request line %q: %v", m.Start, err)
	}
	out := map[string]any{"method": method, "path": u.EscapedPath()}
	add := func(group string, values map[string][]string) {
		for name, list := range values {
			if out[group+"."+name] = any(list); len(list) == 1 {
				out[group+"."+name] = list[0]
			}
		}
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("query %q: %w", u.RawQuery, err)
	}
	add("query", query)
	add("headers", m.Header)
	switch {
	case m.Body == "":
	case m.IsForm():
		form, err := url.ParseQuery(m.Body)
		if err != nil {
			return nil, fmt.Errorf("form %q: %w", m.Body, err)
		}
		add("form", form)
	default:
		v, err := exactjson.Decode([]byte(m.Body))
		if err != nil {
			return nil, fmt.Errorf("body %q: %w", m.Body, err)
		}
		Flatten(out, "json", v, strconv.Itoa)
	}
	return out, nil
}

// IsForm reports whether the Content-Type is application/x-www-form-urlencoded.
func (m Message) IsForm() bool {
	mediaType, _, _ := strings.Cut(m.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(mediaType) == "application/x-www-form-urlencoded"
}

// Shape returns the type of each field of a JSON body. The elements of an array share one
// key. For other bodies Shape returns {"body": "text"}, and {} for an empty one.
func (m Message) Shape() map[string]any {
	out := map[string]any{}
	if m.Body == "" {
		return out
	}
	v, err := exactjson.Decode([]byte(m.Body))
	if err != nil {
		return map[string]any{"body": "text"}
	}
	Flatten(out, "json", v, func(int) string { return "*" })
	for key, v := range out {
		out[key] = JSONType(v)
	}
	return out
}

// Flatten adds the leaves of the JSON value v to out, under key followed by the path of the
// leaf. Empty objects and arrays are leaves. index returns the name of an array element.
func Flatten(out map[string]any, key string, v any, index func(int) string) {
	switch x := v.(type) {
	case map[string]any:
		for name, m := range x {
			Flatten(out, key+"."+name, m, index)
		}
		if len(x) == 0 {
			out[key] = x
		}
	case []any:
		for i, m := range x {
			Flatten(out, key+"."+index(i), m, index)
		}
		if len(x) == 0 {
			out[key] = x
		}
	default:
		out[key] = v
	}
}

// JSONType returns the name of the type of a decoded JSON value.
func JSONType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case json.Number, int, float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}
