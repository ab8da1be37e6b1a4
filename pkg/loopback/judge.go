package loopback

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxText is the maximum length of a pasted text in bytes.
const maxText = 64 << 10

// Read judges a redirect that a person pastes as text, by the rules of
// [Listener.Catch]. text is the address that the browser was sent to, with or without
// its scheme, since browsers may hide that. With CodeAlone it may also be just the
// code. If the redirect brings an error instead of a code, the error is a
// [*CallbackError]. If it is not the awaited redirect, the error is a [*StrayError]
// that says why.
func (e Expect) Read(text string) (Callback, error) {
	text = strings.TrimSpace(text)
	own, err := e.redirect()
	if err != nil {
		return Callback{}, err
	}
	noAddress := naming(NoAddress, own.Scheme+"://"+own.Host+"/…?…")
	switch {
	case len(text) > maxText:
		return Callback{}, NewStray(TooLong)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return Callback{}, NewStray(Blank)
	case !strings.ContainsAny(text, "?&%") && !strings.Contains(text, "://"):
		if text == "" || !e.CodeAlone {
			return Callback{}, noAddress
		}
		return Callback{Code: text, Alone: true}, nil
	case !strings.Contains(text, "://"):
		text = own.Scheme + "://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return Callback{}, noAddress
	}
	if u.Scheme != own.Scheme || !strings.EqualFold(u.Hostname(), own.Hostname()) || Port(u) != Port(own.URL) {
		return Callback{}, NewStray(OtherAddress)
	}
	got, err := url.ParseQuery(e.Moved(u).RawQuery)
	if stray := own.differs(pathOf(u), got); stray != nil {
		return Callback{}, stray
	}
	if err != nil {
		return Callback{}, NewStray(Malformed)
	}
	return e.judge(got)
}

// Moved returns an address with the response in its query. If the query has no response, Moved
// moves the fragment there, as the page in the browser does (see page.html).
func (e Expect) Moved(u *url.URL) *url.URL {
	behind := u.EscapedFragment()
	if inFragment, _ := url.ParseQuery(behind); !e.answers(inFragment) || e.answers(u.Query()) {
		return u
	}
	moved := *u
	moved.Fragment, moved.RawFragment = "", ""
	moved.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+behind, "&")
	return &moved
}

// pathOf returns the path that a browser requests.
func pathOf(u *url.URL) string { return cmp.Or(u.Path, "/") }

// differs says how a path and query differ from the redirect_uri; nil if they match.
func (own redirect) differs(path string, query url.Values) *StrayError {
	want := pathOf(own.URL)
	switch {
	case equal(path, want+"/"):
		return NewStray(SlashAdded)
	case equal(path+"/", want):
		return NewStray(SlashLost)
	case !equal(path, want):
		return NewStray(OtherPath)
	}
	same, appended := true, false
	for name, want := range own.query {
		got := query[name]
		same = slices.EqualFunc(want, got, equal) && same
		if n := len(want); n == len(got) && len(got[n-1]) > len(want[n-1]) {
			appended = equal(got[n-1][:len(want[n-1])+1], want[n-1]+"?") || appended
		}
	}
	switch {
	case same:
		return nil
	case appended:
		return NewStray(SecondQuestionMark)
	}
	return NewStray(QueryLost)
}

// judge interprets the parameters of a redirect: it returns a Callback, a
// *CallbackError or a *StrayError. It checks the state first: without the right one,
// nothing else counts.
func (e Expect) judge(query url.Values) (Callback, error) {
	missing := e.State != "" && len(query["state"]) == 0
	if e.State != "" && !(missing && e.StateOptional) {
		if stray := e.judgeState(query); stray != nil {
			return Callback{}, stray
		}
	}

	if stray := e.judgeIssuer(query); stray != nil {
		return Callback{}, stray
	}

	says := e.reader().Read(query)
	switch {
	case len(says.Repeated) > 0:
		return Callback{}, naming(Repeated, says.Repeated...)
	case says.Code != "" && says.Error != "":
		return Callback{}, NewStray(CodeAndError)
	case says.Error != "":
		return Callback{Query: query, StateMissing: missing}, &CallbackError{
			Code: says.Error, Description: says.Description, URI: query.Get("error_uri"), StateMissing: missing,
		}
	case says.Code != "":
		return Callback{Code: says.Code, Query: query, StateMissing: missing}, nil
	}
	if stray := e.unanswered(query); stray != nil {
		return Callback{}, stray
	}
	return Callback{Query: query}, &CallbackError{Code: Denied, StateAlone: true}
}

func (e Expect) reader() Reader {
	if e.Reader != nil {
		return e.Reader
	}
	return standard{e.CodeParams}
}

// standard reads a redirect as RFC 6749 describes it. codeParams are the names of the code.
type standard struct{ codeParams []string }

// Read implements [Reader]. RFC 6749, 3.1: parameters must not come more than once, and
// those without a value count as omitted.
func (s standard) Read(query url.Values) Response {
	for _, name := range []string{"error", "error_description", "error_uri"} {
		if len(query[name]) > 1 {
			return Response{Repeated: []string{name}}
		}
	}
	var codes []string
	for _, name := range s.codeParams {
		codes = append(codes, query[name]...)
	}
	if len(codes) > 1 {
		return Response{Repeated: s.codeParams}
	}
	return Response{Code: strings.Join(codes, ""), Error: query.Get("error"), Description: query.Get("error_description")}
}

// judgeIssuer returns nil if the redirect is from the expected issuer (RFC 9207 §2.4).
func (e Expect) judgeIssuer(query url.Values) *StrayError {
	switch got := query["iss"]; {
	case e.Issuer == "", len(got) == 0 && !e.IssuerRequired:
		return nil
	case len(got) == 0:
		return NewStray(IssuerMissing)
	case len(got) > 1 || !equal(e.Issuer, got[0]):
		return NewStray(IssuerOther)
	}
	return nil
}

// answers reports whether the parameters contain any part of an authorization
// response.
func (e Expect) answers(query url.Values) bool {
	return slices.ContainsFunc(slices.Concat([]string{"state"}, e.errorParams(), e.CodeParams), query.Has)
}

// errorParams returns the parameters that may bring an error.
func (e Expect) errorParams() []string {
	if len(e.ErrorParams) == 0 {
		return []string{"error"}
	}
	return e.ErrorParams
}

// unanswered describes a redirect without a code and without an error. If it has a state,
// the state is right. It returns nil if the redirect has that state and nothing else.
func (e Expect) unanswered(query url.Values) *StrayError {
	own, _ := e.redirect()
	var names []string
	for name, values := range query {
		switch {
		case name == "state" || name == noFragment || own.query.Has(name):
		case !isName(name):
			names = append(names, "…")
		case strings.Join(values, "") == "":
			names = append(names, name+" (empty)")
		default:
			names = append(names, name)
		}
	}
	switch {
	case len(names) > 0:
		slices.Sort(names)
		reason := OtherNames
		if e.State == "" || !query.Has("state") {
			reason = OtherNamesNoState
		}
		return naming(reason, e.CodeParams...).detailed(strings.Join(slices.Compact(names), ", "))
	case e.State == "" || !query.Has("state"):
		return NewStray(Empty)
	}
	return nil
}

// isName reports whether text looks like the name of a parameter or an error code, not
// like a sentence or a secret.
func isName(text string) bool {
	return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.\[\]-]{0,30}$`).MatchString(text)
}
