package recipe

import (
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Expect is what a server that plays a recipe knows beforehand. A placeholder
// that Known has a value for must come with that value; an optional one whose
// value is a secret must come. Types gives the JSON type ("int", "bool") of
// placeholders that are no strings.
type Expect struct {
	Known Values
	Types map[string]string
	// Open are placeholders whose values are no secrets. They come in Seen.Open,
	// without what it costs to hide them.
	Open map[string]bool
	// AnyAuth is for a server that takes a client's secret by Basic and in the body,
	// where the recipe has both as {basic_auth?} and {post_secret?}: by one of them,
	// and not by both (RFC 6749 §2.3).
	AnyAuth bool
}

// Seen is what a request held.
type Seen struct {
	Values   map[string]secret.String // by placeholder
	Open     map[string]string        // those that Expect.Open names
	Problems []Problem                // empty when the recipe allows the request
	SignText secret.String            // the text whose digest was expected
}

// Text returns the value of a placeholder, false when the request held none.
func (s Seen) Text(name string) (string, bool) {
	if v, ok := s.Open[name]; ok {
		return v, true
	}
	v, ok := s.Values[name]
	return v.Reveal(), ok
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
	return r.Recogniser(Expect{Known: known}).IsFor(req)
}

// Recognise reads req, whose body is body, as a request that Build made, and
// says everything that is wrong with it. It never fails: what it cannot read is
// a problem.
func (r Recipe) Recognise(req *http.Request, body []byte, expect Expect) Seen {
	return r.Recogniser(expect).Recognise(req, body)
}

// reader collects what one request holds.
type reader struct {
	*Recogniser
	seen Seen
	at   map[string]string // placeholder: the member that held it
	sent map[string]bool   // placeholders of client authentication that came
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

func (rd *reader) query(raw string) {
	got, err := url.ParseQuery(raw)
	if err != nil {
		rd.problem("query", "", Malformed, "", err.Error())
		return // what it lacks may be in the part that cannot be read
	}
	rd.group("query", rd.Recogniser.query, got)
}

// body compares the media type, where no header of the recipe's own gives it,
// and what the body holds.
func (rd *reader) body(req *http.Request, body []byte) {
	want := rd.contentType
	if want == "" {
		if len(body) > 0 {
			rd.problem("body", "", Unread, "", lang.Count(len(body), "byte"))
		}
		return
	}
	header := req.Header.Get("Content-Type")
	if !rd.namesContentType && header != want && !isMediaType(header, want) {
		rd.problem("content-type", "", Differs, want, header)
		return
	}
	if rd.Recogniser.json != nil {
		rd.jsonBody(body)
		return
	}
	got, err := url.ParseQuery(string(body))
	if err != nil {
		rd.problem("form", "", Malformed, "", err.Error())
		return
	}
	rd.group("form", rd.form, got)
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
func (rd *reader) group(name string, members []wanted, got url.Values) {
	read := 0
	for _, w := range members {
		values := got[w.name]
		if len(values) > 0 {
			read++
		}
		rd.member(w.member, w.parts, values)
	}
	if read == len(got) {
		return
	}
	for _, m := range slices.Sorted(maps.Keys(got)) {
		if !slices.ContainsFunc(members, func(w wanted) bool { return w.name == m }) {
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
	literal := true
	for _, p := range want {
		if p.Name == "" {
			continue
		}
		literal = false
		if rd.auth != nil && IsClientAuth(p.Name) {
			continue // judged as a whole by clientAuth
		}
		expected, known := rd.texts[p.Name]
		if !p.Optional || known && expected.hides {
			rd.problem(member, p.Name, Missing, expected.text, "")
		}
	}
	if literal {
		rd.problem(member, "", Missing, want.text(), "")
	}
}

// text reads the text of one member.
func (rd *reader) text(member string, want parts, got string) {
	if p, only := want.only(); only {
		rd.value(member, capture{p, got})
		return
	}
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
	k, ok := rd.texts[name]
	return k.text, ok
}
