// Package exchange reads and writes recorded HTTP exchanges with a vendor, as text: the
// inputs, the request, the response, and what the response means.
//
// The format is txtar, and simple enough to transcribe a vendor's page by hand. [Parse] and
// [Format] convert one [Exchange]; a [Folder] stores many, and [ReadFolder] reads them.
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

// Exchange is the request and response of one step of a profile.
type Exchange struct {
	Source string    // the document it was transcribed from, or the host it was recorded from
	Read   time.Time // the day Source was read; required, like Source and Step
	// Profile is the profile that Step belongs to; "" if the folder has its name.
	Profile string
	Step    string

	Values   string    // where the values come from; "" means Source
	Note     string    // a remark for the reader
	Guess    string    // the parts of the exchange that Source does not document
	Now      time.Time // the client's clock; zero if it does not matter
	Signed   string    // the text whose SHA-256 in lower-case hex is the signature
	NoState  bool      // the callback lacks the state that was sent
	Optional []string  // fields that a response may lack, such as json.scope

	Given    map[string]string // inputs, and values that earlier steps supply
	Request  Message
	Response Message        // zero if there was none
	Callback string         // the query of the redirect; only for authorize
	Want     map[string]any // what a client should read from the response; numbers are json.Number
}

// sections are the possible sections of the text, in order.
var sections = []string{"given", "request", "response", "callback", "want"}

// Parse parses an exchange as [Format] writes it. The sections given, response, callback
// and want are optional. The error names the key or section at fault.
func Parse(data []byte) (*Exchange, error) {
	archive := txtar.Parse(data)
	x := &Exchange{Given: map[string]string{}}
	if err := x.parseHead(string(archive.Comment)); err != nil {
		return nil, err
	}
	parts := map[string]string{}
	for _, s := range archive.Files {
		if _, twice := parts[s.Name]; twice || !slices.Contains(sections, s.Name) {
			return nil, fmt.Errorf("section %q is duplicated or not one of %s", s.Name, strings.Join(sections, ", "))
		}
		parts[s.Name] = string(s.Data)
	}
	if _, ok := parts["request"]; !ok {
		return nil, fmt.Errorf("no section request")
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
			return nil, fmt.Errorf("want: expected a JSON object, got %q", text)
		}
	}
	return x, nil
}

// parseGiven parses lines such as client_id = "C" or "tenant.id" = "T".
func parseGiven(text string) (map[string]string, error) {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		name = strings.Trim(name, `"`)
		value, err := strconv.Unquote(value)
		if _, twice := out[name]; !ok || err != nil || value == "" || twice {
			return nil, fmt.Errorf("given: expected NAME = \"VALUE\" with a new name, got %q", line)
		}
		out[name] = value
	}
	return out, nil
}

// Format returns an exchange as text for [Parse]. A body that is not text, or that contains
// the start of a section, is written as base64. The error says what is wrong with the head
// or with Want.
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
