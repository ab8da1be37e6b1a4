package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// fixture is one exchange transcribed from a vendor's document: a file
// <profile>/<step>[-variant].txtar below testdata/vendors.
type fixture struct {
	name          string // such as acme/token-refused
	profile, step string
	given         map[string]string // inputs, and what an earlier step would supply
	request       message
	response      message // of every step but authorize
	status        int     // of the response
	callback      string  // the query of the redirect; of authorize only
	want          map[string]any

	now      time.Time // the client's clock
	guess    string    // what of the file no document says
	noState  bool      // the callback comes without the state that was sent
	optional []string  // documented members that an answer may lack, such as json.scope
	signed   string    // the text whose SHA-256, in lower-case hex, is the signature
}

// headKeys are what the head of a fixture may hold, with what each is for.
var headKeys = map[string]func(f *fixture, v string) error{
	"source": func(*fixture, string) error { return nil }, // where it is documented
	"read":   func(_ *fixture, v string) error { _, err := time.Parse(time.DateOnly, v); return err },
	"step":   func(f *fixture, v string) error { f.step = v; return nil },
	"values": func(*fixture, string) error { return nil }, // whose they are; the document's when absent
	"note":   func(*fixture, string) error { return nil },
	"guess":  func(f *fixture, v string) error { f.guess = v; return nil },
	"now":    func(f *fixture, v string) (err error) { f.now, err = time.Parse(time.RFC3339, v); return err },
	"signed": func(f *fixture, v string) error { f.signed = v; return nil },
	"optional": func(f *fixture, v string) error {
		f.optional = strings.Split(v, ", ")
		return nil
	},
	"no-state": func(f *fixture, v string) error {
		if f.noState = v == "yes"; !f.noState {
			return fmt.Errorf("%q is not yes", v)
		}
		return nil
	},
}

// refusal is what the answer of a fixture says no with; ok is false for a yes.
func (f *fixture) refusal() (want map[string]any, ok bool) {
	want, ok = f.want["refusal"].(map[string]any)
	return want, ok
}

// group is the fixtures of which one, at least, has to be played as it is.
func (f *fixture) group() string {
	if _, refused := f.refusal(); refused {
		return f.profile + "/" + f.step + " refused"
	}
	return f.profile + "/" + f.step
}

// fixtures reads all of them.
func fixtures(t *testing.T) []*fixture {
	t.Helper()
	root := os.DirFS(filepath.Join("..", "testdata", "vendors"))
	var out []*fixture
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		f, err := parseFixture(path, data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		out = append(out, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func parseFixture(path string, data []byte) (*fixture, error) {
	dir, file := filepath.Split(path)
	name, ok := strings.CutSuffix(file, ".txtar")
	if !ok {
		return nil, fmt.Errorf("is no .txtar file")
	}
	f := &fixture{name: dir + name, profile: strings.TrimSuffix(dir, "/"), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	archive := txtar.Parse(data)
	if err := f.head(string(archive.Comment)); err != nil {
		return nil, err
	}
	if name != f.step && !strings.HasPrefix(name, f.step+"-") {
		return nil, fmt.Errorf("a fixture of the step %q is named %s.txtar or %s-….txtar", f.step, f.step, f.step)
	}
	sections := map[string]string{}
	for _, s := range archive.Files {
		if _, twice := sections[s.Name]; twice {
			return nil, fmt.Errorf("has two sections %s", s.Name)
		}
		sections[s.Name] = string(s.Data)
	}
	answer := "response"
	if f.step == "authorize" {
		answer = "callback"
	}
	if got, want := slices.Sorted(maps.Keys(sections)), slices.Sorted(slices.Values([]string{"given", "request", answer, "want"})); !slices.Equal(got, want) {
		return nil, fmt.Errorf("has the sections %v, not %v", got, want)
	}
	var err error
	if f.given, err = parseGiven(sections["given"]); err != nil {
		return nil, err
	}
	if f.request, err = parseMessage(sections["request"]); err != nil {
		return nil, err
	}
	if f.callback = strings.TrimSpace(sections["callback"]); answer == "response" {
		if f.response, err = parseMessage(sections["response"]); err != nil {
			return nil, err
		}
		if _, err := fmt.Sscanf(f.response.start, "HTTP/1.1 %d", &f.status); err != nil {
			return nil, fmt.Errorf("status line %q: %w", f.response.start, err)
		}
	}
	v, err := decodeJSON(sections["want"])
	if err != nil {
		return nil, fmt.Errorf("want: %w", err)
	}
	if f.want, ok = v.(map[string]any); !ok {
		return nil, fmt.Errorf("want is no object")
	}
	return f, nil
}

func (f *fixture) head(text string) error {
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		set, known := headKeys[key]
		switch {
		case !known:
			return fmt.Errorf("unknown head key %q: known are %v", key, slices.Sorted(maps.Keys(headKeys)))
		case seen[key]:
			return fmt.Errorf("head key %s stands twice", key)
		case value == "":
			return fmt.Errorf("head key %s has no value", key)
		}
		seen[key] = true
		if err := set(f, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	for _, key := range []string{"source", "read", "step"} {
		if !seen[key] {
			return fmt.Errorf("the head lacks %s", key)
		}
	}
	return nil
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

// message is an HTTP message in the form in which fixtures have it: a start
// line, headers, and the body behind an empty line.
type message struct {
	start  string
	header http.Header
	body   string
}

func parseMessage(text string) (message, error) {
	head, body, _ := strings.Cut(text, "\n\n")
	start, rest, _ := strings.Cut(strings.TrimSuffix(head, "\n"), "\n")
	m := message{start: start, header: http.Header{}, body: strings.TrimSuffix(body, "\n")}
	for line := range strings.Lines(rest) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return m, fmt.Errorf("header line %q", line)
		}
		m.header.Add(name, value)
	}
	return m, nil
}

// members takes a request apart, each value under the key that a recipe has for
// it: method, path, query.code, headers.Token, form.code, json.list.0. Values
// are strings; those of a JSON body are as they are, numbers exact.
func (m message) members() (map[string]any, error) {
	method, target, ok := strings.Cut(m.start, " ")
	u, err := url.Parse(target)
	if !ok || err != nil {
		return nil, fmt.Errorf("request line %q: %v", m.start, err)
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
	add("headers", m.header)
	mediaType, _, _ := strings.Cut(m.header.Get("Content-Type"), ";")
	switch {
	case m.body == "":
	case mediaType == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(m.body)
		if err != nil {
			return nil, fmt.Errorf("form %q: %w", m.body, err)
		}
		add("form", form)
	default:
		v, err := decodeJSON(m.body)
		if err != nil {
			return nil, fmt.Errorf("body %q: %w", m.body, err)
		}
		flatten(out, "json", v, strconv.Itoa)
	}
	return out, nil
}

// shape is the members of an answer's JSON body with their types, all elements
// of an array under one key; of a body that is no JSON, that it is text.
func (m message) shape() map[string]any {
	out := map[string]any{}
	if m.body == "" {
		return out
	}
	v, err := decodeJSON(m.body)
	if err != nil {
		return map[string]any{"body": "text"}
	}
	flatten(out, "json", v, func(int) string { return "*" })
	for key, v := range out {
		out[key] = jsonType(v)
	}
	return out
}

// flatten puts the values within v that hold no others into out.
func flatten(out map[string]any, key string, v any, index func(int) string) {
	switch x := v.(type) {
	case map[string]any:
		for name, m := range x {
			flatten(out, key+"."+name, m, index)
		}
		if len(x) == 0 {
			out[key] = x
		}
	case []any:
		for i, m := range x {
			flatten(out, key+"."+index(i), m, index)
		}
		if len(x) == 0 {
			out[key] = x
		}
	default:
		out[key] = v
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

func decodeJSON(text string) (any, error) {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more behind the JSON value")
	}
	return v, nil
}

// builtinProfile returns a built-in profile.
func builtinProfile(t *testing.T, name string) *profile.Profile {
	t.Helper()
	p, err := profile.Load(name, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// usableProfiles returns the built-in profiles that have steps.
func usableProfiles(t *testing.T) []*profile.Profile {
	t.Helper()
	var out []*profile.Profile
	for _, name := range (profile.Sources{Builtin: profiles.FS}).BuiltinNames() {
		if p := builtinProfile(t, name); len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// setInput gives an input a value as a flag does.
func setInput(t *testing.T, p *profile.Profile, name, value string) {
	t.Helper()
	if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
}
