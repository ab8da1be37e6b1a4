package recipe

import (
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	_, ok := r.served(known).match(req.URL.EscapedPath(), known.Text)
	return ok && req.Method == r.Method
}

// Recognise reads req, whose body is body, as a request that Build made, and
// says everything that is wrong with it. It never fails: what it cannot read is
// a problem.
func (r Recipe) Recognise(req *http.Request, body []byte, expect Expect) Seen {
	rd := &reader{Expect: expect, seen: Seen{Values: map[string]secret.String{}}, at: map[string]string{}}
	if req.Method != r.Method {
		rd.problem("method", "", Differs, r.Method, req.Method)
	}
	served := r.served(expect.Known)
	rd.path(served, req.URL.EscapedPath())
	rd.query(r, served, req.URL.RawQuery)
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		rd.member("headers."+name, r.Headers[name].parts(), req.Header.Values(name))
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

func (rd *reader) path(s *served, path string) {
	captures, ok := s.match(path, rd.known)
	if !ok {
		rd.problem("path", "", Differs, s.String(), path)
	}
	for _, c := range captures {
		rd.value("path", c)
	}
}

func (rd *reader) query(r Recipe, s *served, raw string) {
	members := map[string]parts{}
	if s != nil {
		maps.Copy(members, s.query)
	}
	for name, t := range r.Query {
		members[name] = t.parts()
	}
	got, err := url.ParseQuery(raw)
	if err != nil {
		rd.problem("query", "", Malformed, "", raw)
	}
	rd.group("query", members, got)
}

// body compares the media type, where no header of the recipe's own gives it,
// and what the body holds.
func (rd *reader) body(r Recipe, req *http.Request, body []byte) {
	want := r.ContentType()
	if want == "" {
		if len(body) > 0 {
			rd.problem("body", "", Unread, "", strconv.Itoa(len(body))+" bytes")
		}
		return
	}
	header := req.Header.Get("Content-Type")
	if !r.namesContentType() && !isMediaType(header, want) {
		rd.problem("content-type", "", Differs, want, header)
		return
	}
	if r.JSON != nil {
		rd.jsonBody(r.JSON, body)
		return
	}
	members := map[string]parts{}
	for name, t := range r.Form {
		members[name] = t.parts()
	}
	got, err := url.ParseQuery(string(body))
	if err != nil {
		rd.problem("form", "", Malformed, "", err.Error())
	}
	rd.group("form", members, got)
}

func (r Recipe) namesContentType() bool {
	for name := range r.Headers {
		if strings.EqualFold(name, "Content-Type") {
			return true
		}
	}
	return false
}

// isMediaType reports whether a Content-Type is want, in UTF-8.
func isMediaType(header, want string) bool {
	got, params, err := mime.ParseMediaType(header)
	charset := params["charset"]
	return err == nil && got == want && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// group compares the members of a query or a form.
func (rd *reader) group(name string, members map[string]parts, got url.Values) {
	for _, m := range slices.Sorted(maps.Keys(members)) {
		rd.member(name+"."+m, members[m], got[m])
	}
	for _, m := range slices.Sorted(maps.Keys(got)) {
		if _, ok := members[m]; !ok {
			rd.problem(name+"."+m, "", Unread, "", strings.Join(got[m], ", "))
		}
	}
}

func (rd *reader) member(name string, want parts, got []string) {
	switch len(got) {
	case 0:
		rd.absent(name, want)
	case 1:
		rd.text(name, want, got[0])
	default:
		rd.repeated(name, len(got))
	}
}

func (rd *reader) repeated(member string, times int) {
	rd.problem(member, "", Malformed, "one value", strconv.Itoa(times)+" values")
}

// absent says what is wrong when a member is not there: nothing where all that
// it would hold is optional, unless a secret is known for that.
func (rd *reader) absent(member string, want parts) {
	placeholders := want.placeholders()
	if len(placeholders) == 0 {
		rd.problem(member, "", Missing, want.text(), "")
	}
	for _, p := range placeholders {
		expected, known := rd.known(p.Name)
		if !p.Optional || known && rd.isSecret(p.Name) {
			rd.problem(member, p.Name, Missing, expected, "")
		}
	}
}

// text reads the text of one member.
func (rd *reader) text(member string, want parts, got string) {
	captures, ok := want.match(got, rd.known)
	if !ok {
		expected, _ := want.expand(rd.known)
		rd.problem(member, "", Differs, expected, got)
	}
	for _, c := range captures {
		rd.value(member, c)
	}
}

func (rd *reader) known(name string) (string, bool) {
	if IsClientAuth(name) {
		return rd.Known.clientAuth(name)
	}
	return rd.Known.Text(name)
}

func (rd *reader) isSecret(name string) bool {
	_, ok := rd.Known[name].(secret.String)
	return ok || IsClientAuth(name)
}
