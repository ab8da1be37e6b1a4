package profile

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func (l *linter) step(s *Step) {
	at := func(key ...string) []string { return append([]string{s.Name}, key...) }
	if s.URL == "" {
		l.needs(at(), "url", "missing key url")
	}
	l.address(at("url"), s.URL)
	switch upper := strings.ToUpper(s.Method); {
	case s.Method == "":
		l.needs(at(), "method", "missing key method")
	case !slices.Contains(methods, s.Method):
		l.errorf(at("method"), "unknown method %q: expected one of %s%s", s.Method, strings.Join(methods, ", "), Suggest(upper, methods))
	}
	if s.Source != "" && !slices.Contains(Known, s.Source) {
		l.errorf(at("source"), "unknown source %q: expected one of %s%s", s.Source, strings.Join(Known, ", "), Suggest(s.Source, Known))
	}
	if s.JSON != nil && s.Form != nil {
		l.errorf(at("form"), "a request cannot have both form and json")
	}
	l.headers(s)
	l.numbers(at("json"), s.JSON)
	l.placeholders(s)
	if s.Sign == nil && s.Uses("sign") {
		l.needs(at(), "sign", fmt.Sprintf("{sign} needs a table [%s.sign]", s.Name))
	}
	if s.Sign != nil {
		l.sign(s)
	}
	if reader, err := l.p.Reader(s); err != nil {
		l.errs = append(l.errs, err.(Errors)...)
	} else if s.Name != "authorize" && reader.ok.code == nil && !l.malformed("reply", "ok") {
		l.needs(at(), "ok", "missing key ok, here or in [reply]")
	}
	if s.Name == "authorize" {
		l.authorize(s)
	}
}

// address checks the known parts of an address: its start, which must be http or
// https, and its literal parts. Where several steps share a default, an error in it is
// reported once.
func (l *linter) address(path []string, t recipe.Template) {
	text := string(t)
	first := t.Placeholders()
	if len(first) == 0 || !strings.HasPrefix(text, "{"+first[0].Name) {
		if text != "" && !isAddress(text) {
			l.errorf(path, "%q is not an address: it must begin with https:// or http://", text)
		} else if text != "" {
			l.fixedParts(path, t, "")
		}
		return
	}
	name := first[0].Name
	_, rest, _ := strings.Cut(text, "}")
	in, ok := l.p.Inputs[name]
	v, given := l.p.values[name]
	switch {
	case strings.HasPrefix(rest, ":"): // the placeholder is the scheme alone
		l.fixedParts(path, t, "https")
		return
	case !ok:
	case !given && in.Default != "" && l.p.defaultCycle(name) == nil:
		l.address([]string{"inputs", name, "default"}, in.Default)
	case given && v.text != "" && !secret.IsReference(v.text) && !isAddress(v.text):
		l.errs = append(l.errs, Error{File: v.File, Line: v.Line, Key: name}.saying(lang.Text{
			EN: "%q is not an address: it must begin with https:// or http://", ZH: "%q 不是地址：须以 https:// 或 http:// 开头",
		}, v.text))
	}
	l.fixedParts(path, t, "https://host.example")
}

// fixedParts checks the literal parts of an address. start is a possible value of its
// first placeholder.
func (l *linter) fixedParts(path []string, t recipe.Template, start string) {
	var fault *recipe.AddressError
	if errors.As(t.CheckAddress(start), &fault) {
		l.errorf(path, "%q %s", string(t), fault.Problem)
	}
}

func isAddress(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// methods are the HTTP methods that a step can use.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

func (l *linter) authorize(s *Step) {
	if !slices.Contains([]string{"", StateRedirect, StateOptional}, s.State) {
		l.errorf([]string{s.Name, "state"}, "unknown state %q: expected %s or %s", s.State, StateRedirect, StateOptional)
	}
	if s.State != StateRedirect && !s.Uses("state") {
		l.needs([]string{s.Name}, "query", fmt.Sprintf("missing {state}: without it, anyone can slip their own code into a user's login; if the vendor has no such parameter, set state = %q", StateRedirect))
	}
	if s.Uses("code_challenge") && l.p.Exchange != nil && !l.p.Exchange.Uses("code_verifier") {
		l.errorf([]string{s.Name}, "has {code_challenge}, but [exchange] has no {code_verifier}")
	}
	if e := l.p.Exchange; e != nil && e.Requires("code_verifier") && !s.Uses("code_challenge") {
		l.errorf([]string{e.Name}, "has {code_verifier}, but [authorize] has no {code_challenge}")
	}
}

// headers checks that the header fields can be sent.
func (l *linter) headers(s *Step) {
	spelt := map[string]string{} // by canonical name
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		path := []string{s.Name, "headers", name}
		value, _ := s.Headers[name].Expand(func(string) (string, bool) { return "", true })
		var fault *recipe.HeaderError
		if errors.As(recipe.CheckHeader(name, value), &fault) {
			l.errorf(path, "%s", fault.Problem)
		}
		canonical := http.CanonicalHeaderKey(name)
		if first, twice := spelt[canonical]; twice {
			l.errorf(path, "duplicate of the header %s: keep one", first)
		}
		spelt[canonical] = name
	}
}

// numbers reports the TOML numbers that JSON cannot represent.
func (l *linter) numbers(path []string, v any) {
	switch x := v.(type) {
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			l.errorf(path, "JSON cannot represent %v", x)
		}
	case map[string]any:
		for name, m := range x {
			l.numbers(sub(path, name), m)
		}
	case []any:
		for i, m := range x {
			l.numbers(sub(path, strconv.Itoa(i)), m)
		}
	}
}
