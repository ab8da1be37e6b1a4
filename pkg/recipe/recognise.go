package recipe

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Expect is what a server knows before it reads a request. If Known has the value of a
// placeholder, the request must contain that value. It may lack an optional one, unless the
// value is a secret. Types gives the JSON type ("int", "bool") of placeholders that are not
// strings.
type Expect struct {
	Known Values
	Types map[string]string
	// Open names placeholders whose values are not secret. They are returned in
	// [Seen.Open], which is cheaper than wrapping them as secrets.
	Open map[string]bool
	// AnyAuth accepts client_secret by Basic or in the body, or a JWT, but only one of them
	// (RFC 6749 §2.3). It applies if the recipe has both {basic_auth?} and {post_secret?}.
	AnyAuth bool
}

// Seen is the result of reading a request.
type Seen struct {
	Values   map[string]secret.String // by placeholder
	Open     map[string]string        // values of the placeholders in [Expect.Open]
	Problems []Problem                // empty if the request matches the recipe
	// Derivations are the values that makes of a text must have in this request, by
	// placeholder. Value is "" if a placeholder in the text has no value.
	Derivations map[string]Derivation
}

// Text returns the value of a placeholder; false if the request has none.
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
	Placeholder   string // the placeholder in the member; "" for literal text
	Kind          ProblemKind
	Expected, Got secret.String // empty if not known
	// ExpectedZH and GotZH are Expected and Got in Chinese; "" if they are not words.
	ExpectedZH, GotZH string
	// Inside is the place in a JWT, such as claims.aud, header.kid or signature. For a
	// signature, Expected says what is probably wrong.
	Inside string
}

// ProblemKind says what is wrong with a member.
type ProblemKind string

// The kinds of problem.
const (
	Missing   ProblemKind = "missing"
	Differs   ProblemKind = "differs"
	Malformed ProblemKind = "malformed"
	Unread    ProblemKind = "unread" // sent, but not in the recipe
)

// IsFor reports whether req has the method and path of the recipe.
func (r Recipe) IsFor(req *http.Request, known Values) bool {
	return r.Recogniser(Expect{Known: known}).IsFor(req)
}

// Recognise is the inverse of [Recipe.Build]: it reads req, whose body is body, and
// reports every difference. It never fails: anything that it cannot read is a [Problem].
func (r Recipe) Recognise(req *http.Request, body []byte, expect Expect) Seen {
	return r.Recogniser(expect).Recognise(req, body)
}

// reader reads one request.
type reader struct {
	*Recogniser
	seen   Seen
	inside string            // see Problem.Inside
	at     map[string]string // placeholder → member that contained it
	sent   map[string]bool   // placeholders of client authentication that were sent
}

func (rd *reader) problem(member, placeholder string, kind ProblemKind, expected, got string) {
	rd.worded(member, placeholder, kind, lang.Text{EN: expected}, lang.Text{EN: got})
}

// worded is problem with expected and got in both languages, because one of them is in words.
func (rd *reader) worded(member, placeholder string, kind ProblemKind, expected, got lang.Text) {
	rd.seen.Problems = append(rd.seen.Problems, Problem{
		Member: member, Placeholder: placeholder, Kind: kind, Inside: rd.inside,
		Expected: secret.New(expected.EN), Got: secret.New(got.EN), ExpectedZH: expected.ZH, GotZH: got.ZH,
	})
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
		return // the missing members may be in the part that could not be parsed
	}
	rd.group("query", rd.Recogniser.query, got)
}

// body checks the media type, unless the recipe sets it as a header, and the content of
// the body.
func (rd *reader) body(req *http.Request, data []byte) {
	want := rd.contentType
	if want == "" {
		if len(data) > 0 {
			rd.worded("body", "", Unread, lang.Text{}, lang.Amount(len(data), "byte", "字节"))
		}
		return
	}
	header := req.Header.Get("Content-Type")
	if !rd.namesContentType && header != want && !body.Declares(header, want) {
		rd.problem("content-type", "", Differs, want, header)
		return
	}
	if rd.Recogniser.json != nil {
		rd.jsonBody(data)
		return
	}
	got, err := url.ParseQuery(string(data))
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

// group compares the members of a query or form.
func (rd *reader) group(name string, members []wanted, got url.Values) {
	read := 0
	for _, w := range members {
		values := got[w.name]
		if len(values) > 0 {
			read++
		}
		if w.list != nil {
			rd.list(w.member, w.list, values)
			continue
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
		for _, p := range want.placeholders() {
			rd.authenticates(p.Name)
		}
		rd.repeated(name, len(got))
	}
}

func (rd *reader) repeated(member string, times int) {
	rd.worded(member, "", Malformed, lang.Text{EN: "one value", ZH: "一个值"}, valueCount(times))
}

func valueCount(n int) lang.Text {
	return lang.Text{EN: strconv.Itoa(n) + " values", ZH: strconv.Itoa(n) + " 个值"}
}

// absent reports a missing member. A member whose placeholders are all optional may be
// missing, unless a known value is a secret.
func (rd *reader) absent(member string, want parts) {
	literal := true
	for _, p := range want {
		if p.Name == "" {
			continue
		}
		literal = false
		if rd.auth != nil && IsClientAuth(p.Name) {
			continue // checked by clientAuth
		}
		expected, known := rd.texts[p.Name]
		if !p.Optional || known && expected.hides || rd.lacksAssertion(p.Name) {
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
