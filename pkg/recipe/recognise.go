package recipe

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"ssoctl/pkg/secret"
)

// Expect is what a server that plays a recipe knows beforehand. A placeholder
// that Known has a value for must come with that value; an optional one whose
// value is a secret must come. Types gives the JSON type ("int", "bool") of
// placeholders that are no strings.
type Expect struct {
	Known Values
	Types map[string]string
}

// Seen is what a request held.
type Seen struct {
	Values   map[string]secret.String // by placeholder
	Problems []Problem                // empty when the recipe allows the request
	SignText secret.String            // the text whose digest was expected
}

// Problem is one way in which a request differs from its recipe.
type Problem struct {
	Member        string // such as method, content-type, query.code or headers.Authorization
	Placeholder   string // what the member should have held; "" for literal text
	Kind          ProblemKind
	Expected, Got secret.String // what is known of either
}

// ProblemKind says what is wrong with a member.
type ProblemKind string

// The kinds of problems.
const (
	Missing   ProblemKind = "missing"
	Differs   ProblemKind = "differs"
	Malformed ProblemKind = "malformed"
	Unread    ProblemKind = "unread" // sent, but the recipe has no such member
)

// IsFor reports whether method and path of req are the recipe's.
func (r Recipe) IsFor(req *http.Request, known Values) bool {
	_, ok := r.servedAt(known).match(req.URL.Path)
	return ok && req.Method == r.Method
}

// servedAt is the path of the recipe's URL, with what is known filled in.
func (r Recipe) servedAt(known Values) Template {
	u, err := url.Parse(r.knownURL(known))
	if err != nil {
		return ""
	}
	return Template(u.Path)
}

func (r Recipe) knownURL(known Values) string {
	var b strings.Builder
	for _, p := range r.URL.parts() {
		if text, ok := known.Text(p.Name); ok {
			b.WriteString(strings.TrimSuffix(text, "/"))
		} else if p.Name != "" {
			b.WriteString("{" + p.Name + "}")
		} else {
			b.WriteString(p.literal)
		}
	}
	return b.String()
}

// Recognise reads req, whose body is body, as a request that Build made, and
// says everything that is wrong with it. It never fails: what it cannot read is
// a problem.
func (r Recipe) Recognise(req *http.Request, body []byte, expect Expect) Seen {
	rd := &reader{Expect: expect, seen: Seen{Values: map[string]secret.String{}}, at: map[string]string{}}
	if req.Method != r.Method {
		rd.problem("method", "", Differs, r.Method, req.Method)
	}
	served := r.servedAt(expect.Known)
	captured, ok := served.match(req.URL.Path)
	if !ok {
		rd.problem("path", "", Differs, string(served), req.URL.Path)
	}
	for name, value := range captured {
		rd.value("path", name, value, "")
	}
	rd.query(r, req)
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		rd.member("headers."+name, r.Headers[name], req.Header.Values(name))
	}
	rd.body(r, req, body)
	if r.Sign != nil {
		rd.sign(r, req, body)
	}
	return rd.seen
}

// reader collects what one request holds.
type reader struct {
	Expect
	seen Seen
	at   map[string]string // placeholder: the member that held it
}

func (rd *reader) problem(member, placeholder string, kind ProblemKind, expected, got string) {
	rd.seen.Problems = append(rd.seen.Problems, Problem{member, placeholder, kind, secret.New(expected), secret.New(got)})
}

func (rd *reader) query(r Recipe, req *http.Request) {
	members := maps.Clone(r.Query)
	if u, err := url.Parse(r.knownURL(rd.Known)); err == nil && u.RawQuery != "" {
		if members == nil {
			members = map[string]Template{}
		}
		for name, values := range u.Query() {
			members[name] = Template(values[0])
		}
	}
	got, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		rd.problem("query", "", Malformed, "", req.URL.RawQuery)
	}
	rd.group("query", members, got)
}

func (rd *reader) group(name string, members map[string]Template, got url.Values) {
	for _, m := range slices.Sorted(maps.Keys(members)) {
		rd.member(name+"."+m, members[m], got[m])
	}
	for _, m := range slices.Sorted(maps.Keys(got)) {
		if _, ok := members[m]; !ok {
			rd.problem(name+"."+m, "", Unread, "", strings.Join(got[m], ", "))
		}
	}
}

func (rd *reader) member(name string, t Template, got []string) {
	switch {
	case len(got) == 0:
		rd.absent(name, t)
	case len(got) > 1:
		rd.problem(name, "", Malformed, "one value", strconv.Itoa(len(got))+" values")
	default:
		rd.text(name, t, got[0], "string")
	}
}

func (rd *reader) absent(name string, t Template) {
	placeholders := t.Placeholders()
	if len(placeholders) == 0 {
		rd.problem(name, "", Missing, string(t), "")
	}
	for _, p := range placeholders {
		expected, known := rd.known(p.Name)
		if _, isSecret := rd.Known[p.Name].(secret.String); !p.Optional || known && (isSecret || isAuth(p.Name)) {
			rd.problem(name, p.Name, Missing, expected, "")
		}
	}
}

func isAuth(name string) bool { return name == "basic_auth" || name == "post_auth" }

func (rd *reader) known(name string) (string, bool) {
	if isAuth(name) {
		return rd.Known.clientAuth(name)
	}
	return rd.Known.Text(name)
}

// text reads the text of one member; jsonType is that of the member that held it.
func (rd *reader) text(member string, t Template, got, jsonType string) {
	values, ok := t.match(got)
	if !ok {
		expected, _ := t.Expand(rd.known)
		rd.problem(member, "", Differs, expected, got)
		return
	}
	if len(values) == 0 && jsonType != "string" {
		rd.problem(member, "", Differs, string(t)+" as a string", got)
	}
	for name, value := range values {
		rd.value(member, name, value, jsonType)
	}
}

// value takes in what a placeholder stood for. An empty value is none.
func (rd *reader) value(member, name, value, jsonType string) {
	if value == "" {
		rd.absent(member, Template("{"+name+"}"))
		return
	}
	if want := rd.Types[name]; jsonType != "" && jsonType != "string" && jsonType != want ||
		jsonType == "string" && want != "" && strings.HasPrefix(member, "json") {
		rd.problem(member, name, Malformed, "a JSON "+cmp.Or(want, "string"), "a JSON "+jsonType)
	}
	switch name {
	case "basic_auth":
		rd.basicAuth(member, value)
		return
	case "post_auth":
		if _, ok := rd.known(name); !ok {
			rd.problem(member, name, Differs, "no secret in the body: this client does not use "+AuthMethodPost, value)
			return
		}
		name = "client_secret"
	case "uuid":
		if _, err := uuid.Parse(value); err != nil || len(value) != 36 {
			rd.problem(member, name, Malformed, "a UUID", value)
		}
	case "timestamp", "timestamp_ms":
		if _, err := strconv.ParseUint(value, 10, 63); err != nil || len(value) != map[string]int{"timestamp": 10, "timestamp_ms": 13}[name] {
			rd.problem(member, name, Malformed, "a time in "+map[string]string{"timestamp": "seconds", "timestamp_ms": "milliseconds"}[name], value)
		}
	}
	if before, ok := rd.seen.Values[name]; ok && before.Reveal() != value {
		rd.problem(member, name, Differs, before.Reveal()+" as in "+rd.at[name], value)
		return
	}
	rd.seen.Values[name], rd.at[name] = secret.New(value), member
	if expected, ok := rd.Known.Text(name); ok && expected != value {
		rd.problem(member, name, Differs, expected, value)
	}
}

func (rd *reader) basicAuth(member, value string) {
	if _, ok := rd.known("basic_auth"); !ok {
		rd.problem(member, "basic_auth", Differs, "no Authorization: this client does not use "+AuthMethodBasic, value)
		return
	}
	encoded, ok := strings.CutPrefix(value, "Basic ")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	id, password, colon := strings.Cut(string(decoded), ":")
	id, err1 := url.QueryUnescape(id)
	password, err2 := url.QueryUnescape(password)
	if !ok || err != nil || !colon || err1 != nil || err2 != nil {
		rd.problem(member, "basic_auth", Malformed, "Basic and base64 of client_id:client_secret", value)
		return
	}
	rd.value(member, "client_id", id, "")
	rd.value(member, "client_secret", password, "")
}

func (rd *reader) body(r Recipe, req *http.Request, body []byte) {
	want := r.ContentType()
	if want == "" {
		if len(body) > 0 {
			rd.problem("body", "", Unread, "", fmt.Sprintf("%d bytes", len(body)))
		}
		return
	}
	header := req.Header.Get("Content-Type")
	if got, params, err := mime.ParseMediaType(header); err != nil || got != want || params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
		rd.problem("content-type", "", Differs, want, header)
		return
	}
	if r.JSON != nil {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var got any
		if err := dec.Decode(&got); err != nil {
			rd.problem("json", "", Malformed, "a JSON object", err.Error())
		} else if _, err := dec.Token(); err != io.EOF {
			rd.problem("json", "", Malformed, "one JSON object", "more behind it")
		} else {
			rd.json("json", r.JSON, got)
		}
		return
	}
	got, err := url.ParseQuery(string(body))
	if err != nil {
		rd.problem("form", "", Malformed, "", err.Error())
	}
	rd.group("form", r.Form, got)
}

// json compares one JSON value, at every depth, with its description.
func (rd *reader) json(member string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			rd.problem(member, "", Malformed, "a JSON object", "a JSON "+jsonType(got))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if v, ok := object[name]; ok {
				rd.json(member+"."+name, want[name], v)
			} else if text, ok := want[name].(string); ok {
				rd.absent(member+"."+name, Template(text))
			} else {
				rd.problem(member+"."+name, "", Missing, fmt.Sprint(want[name]), "")
			}
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if _, ok := want[name]; !ok {
				rd.problem(member+"."+name, "", Unread, "", fmt.Sprint(object[name]))
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			rd.problem(member, "", Malformed, fmt.Sprintf("a JSON array of %d", len(want)), fmt.Sprint(got))
			return
		}
		for i := range want {
			rd.json(fmt.Sprintf("%s[%d]", member, i), want[i], list[i])
		}
	case string:
		switch got.(type) {
		case string, json.Number, bool:
			rd.text(member, Template(want), fmt.Sprint(got), jsonType(got))
		default:
			rd.problem(member, "", Malformed, "a JSON string", "a JSON "+jsonType(got))
		}
	default:
		if fmt.Sprint(want) != fmt.Sprint(got) {
			rd.problem(member, "", Differs, fmt.Sprint(want), fmt.Sprint(got))
		}
	}
}

// jsonType names a decoded value's type as an input's type is named.
func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case json.Number:
		return "int"
	case bool:
		return "bool"
	case nil:
		return "null"
	case []any:
		return "array"
	}
	return "object"
}

// sign computes the signature again from what was sent and what is known.
func (rd *reader) sign(r Recipe, req *http.Request, body []byte) {
	s := signed{req.Method, PathAfter(rd.Known, req.URL.EscapedPath()), req.URL.RawQuery, string(body)}
	group, name, _ := strings.Cut(rd.at["sign"], ".")
	switch group {
	case "query":
		s.rawQuery = withoutMember(s.rawQuery, name)
	case "form":
		s.body = withoutMember(s.body, name)
	}
	sign, text, missing, err := r.Sign.digest(func(name string) (string, bool) {
		if v, ok := s.value(name); ok {
			return v, true
		}
		if v, ok := rd.Known.Text(name); ok {
			return v, true
		}
		v, ok := rd.seen.Values[name]
		return v.Reveal(), ok
	})
	rd.seen.SignText = secret.New(text)
	got, sent := rd.seen.Values["sign"]
	if sent && (err != nil || len(missing) > 0 || sign != got.Reveal()) {
		rd.problem(rd.at["sign"], "sign", Differs, sign, got.Reveal())
	}
}

// withoutMember returns a raw query without one member, the rest as it was.
func withoutMember(raw, name string) string {
	pairs := strings.Split(raw, "&")
	return strings.Join(slices.DeleteFunc(pairs, func(p string) bool {
		key, _, _ := strings.Cut(p, "=")
		return key == name
	}), "&")
}
