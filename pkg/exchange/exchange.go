// Package exchange is one HTTP exchange with a vendor as text, read and written:
// what was given, the request, the answer, and what the answer reads as. The
// form is txtar, so that people can write one from a vendor's page.
package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"ssoctl/pkg/exactjson"
)

// Exchange is one request and its answer, of one step of a profile.
type Exchange struct {
	Source string    // where it is known from
	Read   time.Time // the day on which it was; required, like Source and Step
	// Profile is the one whose step it is; "" where the file's place says so.
	Profile string
	Step    string

	Values   string    // whose values they are; "" is the source's own
	Note     string    // what a reader ought to know
	Guess    string    // what of it no source says
	Now      time.Time // the client's clock; zero where it does not matter
	Signed   string    // the text whose SHA-256, in lower-case hex, is the signature
	NoState  bool      // the callback comes without the state that was sent
	Optional []string  // members that an answer may lack, such as json.scope

	Given    map[string]string // inputs, and what an earlier step would supply
	Request  Message
	Response Message        // the zero Message when there was none
	Callback string         // the query of the redirect; of authorize only
	Want     map[string]any // what the answer reads as, numbers as json.Number
}

// sections are the parts of the text, in their order.
var sections = []string{"given", "request", "response", "callback", "want"}

// Parse reads a text that a person or Format wrote. given, response, callback
// and want may be left out.
func Parse(data []byte) (*Exchange, error) {
	archive := txtar.Parse(data)
	x := &Exchange{Given: map[string]string{}}
	if err := x.parseHead(string(archive.Comment)); err != nil {
		return nil, err
	}
	parts := map[string]string{}
	for _, s := range archive.Files {
		if _, twice := parts[s.Name]; twice || !slices.Contains(sections, s.Name) {
			return nil, fmt.Errorf("section %q stands twice or is none of %s", s.Name, strings.Join(sections, ", "))
		}
		parts[s.Name] = string(s.Data)
	}
	if _, ok := parts["request"]; !ok {
		return nil, fmt.Errorf("has no section request")
	}
	var err error
	if x.Given, err = parseGiven(parts["given"]); err != nil {
		return nil, err
	}
	if x.Request, err = parseMessage(parts["request"]); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if text, ok := parts["response"]; ok {
		if x.Response, err = parseMessage(text); err == nil && x.Response.Status() == 0 {
			err = fmt.Errorf("status line %q", x.Response.Start)
		}
		if err != nil {
			return nil, fmt.Errorf("response: %w", err)
		}
	}
	x.Callback = strings.TrimSpace(parts["callback"])
	if text, ok := parts["want"]; ok {
		v, err := exactjson.Decode([]byte(text))
		if x.Want, ok = v.(map[string]any); err != nil || !ok {
			return nil, fmt.Errorf("want is no JSON object: %w", err)
		}
	}
	return x, nil
}

// parseGiven reads lines such as client_id = "C" or "tenant.id" = "T".
func parseGiven(text string) (map[string]string, error) {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		name = strings.Trim(name, `"`)
		value, err := strconv.Unquote(value)
		if _, twice := out[name]; !ok || err != nil || value == "" || twice {
			return nil, fmt.Errorf("given: %q is not a new NAME = \"VALUE\"", line)
		}
		out[name] = value
	}
	return out, nil
}

// Format writes an exchange as Parse reads it. What cannot be text, or would be
// taken for a section, goes in as base64. The error says what of the head
// cannot be written.
func Format(x *Exchange) ([]byte, error) {
	head, err := x.formatHead()
	if err != nil {
		return nil, err
	}
	archive := &txtar.Archive{Comment: []byte(head + "\n")}
	add := func(name, text string) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	if len(x.Given) > 0 {
		add("given", formatGiven(x.Given))
	}
	add("request", x.Request.format())
	if x.Response.Start != "" {
		add("response", x.Response.format())
	}
	if x.Callback != "" {
		add("callback", x.Callback+"\n")
	}
	if x.Want != nil {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(x.Want); err != nil {
			return nil, fmt.Errorf("want: %w", err)
		}
		add("want", b.String())
	}
	return txtar.Format(archive), nil
}

func formatGiven(given map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if strings.Contains(name, ".") {
			name = strconv.Quote(name)
		}
		fmt.Fprintf(&b, "%s = %s\n", name, strconv.Quote(given[strings.Trim(name, `"`)]))
	}
	return b.String()
}
