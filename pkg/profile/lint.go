package profile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Lint returns everything that is wrong with the profile beyond its form:
// placeholders and inputs that do not fit each other, expressions that do not
// parse, unknown kinds. Nil means that nothing is.
func (p *Profile) Lint() Errors {
	l := linter{p: p, used: map[string]bool{}}
	for _, s := range p.Steps() {
		l.step(s)
	}
	if l.p.Scan != nil {
		l.scan(l.p.Scan)
	}
	l.inputs()
	l.refusals()
	for name := range p.NotOffered {
		if !slices.Contains(StepNames, name) {
			l.errorf([]string{"not_offered", name}, "there is no such step%s", Suggest(name, StepNames))
		}
	}
	return l.errs.sorted()
}

type linter struct {
	p    *Profile
	errs Errors
	used map[string]bool // inputs
}

func (l *linter) errorf(path []string, format string, args ...any) {
	l.errs = append(l.errs, l.p.errorf(path, format, args...))
}

func (l *linter) step(s *Step) {
	at := func(key ...string) []string { return append([]string{s.Name}, key...) }
	if s.URL == "" {
		l.errorf(at(), "needs url")
	}
	l.address(at("url"), s.URL)
	switch upper := strings.ToUpper(s.Method); {
	case s.Method == "":
		l.errorf(at(), "needs method")
	case !slices.Contains(methods, s.Method):
		l.errorf(at("method"), "%q is none of %s%s", s.Method, strings.Join(methods, ", "), Suggest(upper, methods))
	}
	if s.Source != "" && !slices.Contains(Known, s.Source) {
		l.errorf(at("source"), "%q is none of %s%s", s.Source, strings.Join(Known, ", "), Suggest(s.Source, Known))
	}
	if s.JSON != nil && s.Form != nil {
		l.errorf(at("form"), "form and json exclude each other")
	}
	s.EachTemplate(func(key string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			l.placeholder(s, append(at(), strings.Split(key, ".")...), ph.Name)
		}
	})
	if s.Sign == nil && s.Uses("sign") {
		l.errorf(at(), "{sign} needs a table [%s.sign]", s.Name)
	}
	if s.Sign != nil {
		l.sign(s)
	}
	if reader, err := l.p.Reader(s); err != nil {
		l.errs = append(l.errs, err.(Errors)...)
	} else if s.Name != "authorize" && reader.ok == nil {
		l.errorf(at(), "needs ok, here or in [reply]")
	}
	if s.Name == "authorize" {
		l.authorize(s)
	}
}

// address checks that what stands at the start of an address, as far as it is known,
// says http or https. Several steps may have the same fault, which is told once.
func (l *linter) address(path []string, t recipe.Template) {
	text := string(t)
	first := t.Placeholders()
	if len(first) == 0 || !strings.HasPrefix(text, "{"+first[0].Name) {
		if text != "" && !isAddress(text) {
			l.errorf(path, "%q is no address: it has to begin with https:// or http://", text)
		}
		return
	}
	name := first[0].Name
	_, rest, _ := strings.Cut(text, "}")
	in, ok := l.p.Inputs[name]
	v, given := l.p.values[name]
	switch {
	case !ok || strings.HasPrefix(rest, ":"): // it is the scheme alone
	case !given && in.Default != "" && l.p.defaultCycle([]string{name}) == nil:
		l.address([]string{"inputs", name, "default"}, in.Default)
	case given && v.text != "" && !secret.IsReference(v.text) && !isAddress(v.text):
		l.errs = append(l.errs, &Error{
			File: v.File, Line: v.Line, Key: name,
			Problem: fmt.Sprintf("%q is no address: it has to begin with https:// or http://", v.text),
		})
	}
}

func isAddress(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// methods are those that a step can use.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

func (l *linter) authorize(s *Step) {
	if !slices.Contains([]string{"", StateRedirect, StateOptional}, s.State) {
		l.errorf([]string{s.Name, "state"}, "%q is neither %s nor %s", s.State, StateRedirect, StateOptional)
	}
	if s.State != StateRedirect && !s.Uses("state") {
		l.errorf([]string{s.Name}, "has no {state}: anybody could send the user a code of theirs; where the vendor has no such parameter say state = %q", StateRedirect)
	}
	if s.Uses("code_challenge") && l.p.Exchange != nil && !l.p.Exchange.Uses("code_verifier") {
		l.errorf([]string{s.Name}, "has {code_challenge}, but [exchange] has no {code_verifier}")
	}
}

func (l *linter) sign(s *Step) {
	if !slices.Contains(recipe.Hashes, s.Sign.Hash) {
		l.errorf([]string{s.Name, "sign", "hash"}, "%q is none of %s", s.Sign.Hash, strings.Join(recipe.Hashes, ", "))
	}
	if s.Sign.Encoding != "" && !slices.Contains(recipe.Encodings, s.Sign.Encoding) {
		l.errorf([]string{s.Name, "sign", "encoding"}, "%q is none of %s", s.Sign.Encoding, strings.Join(recipe.Encodings, ", "))
	}
	if keyed := strings.HasPrefix(s.Sign.Hash, "hmac-"); keyed != (s.Sign.Key != "") {
		l.errorf([]string{s.Name, "sign", "key"}, "goes with the hmac hashes, and only with them")
	}
	if !s.Uses("sign") {
		l.errorf([]string{s.Name, "sign"}, "no member holds {sign}")
	}
}

// placeholder checks that something supplies a name.
func (l *linter) placeholder(s *Step, path []string, name string) {
	inSign := len(path) > 1 && path[1] == "sign"
	switch {
	case name == "sign" && (inSign || path[1] == "url"):
		l.errorf(path, "{sign} cannot stand here: it is made of the request without it; use query, headers, form or json")
	case recipe.IsClientAuth(name):
		for _, n := range clientCredentials {
			l.used[n] = true
		}
	case name == AppToken:
		if l.p.Token == nil {
			l.errorf(path, "{%s} needs a step [token]", name)
		}
	case l.isInput(name), slices.Contains(l.supplied(s), name), inSign && slices.Contains(recipe.SignPlaceholders, name):
	default:
		known := slices.Concat(l.p.InputNames(), l.supplied(s), []string{AppToken})
		if inSign {
			known = append(known, recipe.SignPlaceholders...)
		}
		l.errorf(path, "unknown placeholder {%s}%s", name, Suggest(name, known))
	}
}

func (l *linter) isInput(name string) bool {
	if _, ok := l.p.Inputs[name]; !ok {
		return false
	}
	l.used[name] = true
	for _, ph := range l.p.Inputs[name].Default.Placeholders() {
		if !l.used[ph.Name] {
			l.isInput(ph.Name)
		}
	}
	return true
}

// supplied are the names that are no inputs but have values in s.
func (l *linter) supplied(s *Step) []string {
	names := slices.Concat(recipe.Made, PerRun, []string{"code", "access_token", "refresh_token"})
	for _, other := range l.p.Steps() {
		if other != s {
			names = slices.AppendSeq(names, maps.Keys(other.Read))
		}
	}
	return names
}

func (l *linter) inputs() {
	for _, name := range l.p.InputNames() {
		in, path := l.p.Inputs[name], []string{"inputs", name}
		if in.Undeclared {
			continue
		}
		switch {
		case slices.Contains(StepNames, name) || slices.Contains(sectionNames, name):
			l.errorf(path, "is the name of a table: choose another")
		case slices.Contains(recipe.Made, name) || slices.Contains(recipe.SignPlaceholders, name) || name == AppToken:
			l.errorf(path, "is the name of what is made for each request: choose another")
		case !l.used[name] && len(l.p.Steps()) > 0 && l.p.ownsInput(name):
			l.errorf(path, "is never used")
		}
		if in.Type != "" && in.Type != "int" && in.Type != "bool" {
			l.errorf(sub(path, "type"), "%q is neither int nor bool", in.Type)
		}
		if in.Type != "" && in.Secret {
			l.errorf(sub(path, "type"), "goes not with secret: a secret is text")
		}
		if _, err := regexp.Compile(in.Pattern); err != nil {
			l.errorf(sub(path, "pattern"), "%s", err)
		}
		if in.Required && in.Default != "" {
			l.errorf(path, "has a default, so it is not required")
		}
		l.defaultOf(name, in)
	}
}

func (l *linter) defaultOf(name string, in Input) {
	path := []string{"inputs", name, "default"}
	placeholders := in.Default.Placeholders()
	for _, ph := range placeholders {
		if _, ok := l.p.Inputs[ph.Name]; !ok {
			l.errorf(path, "unknown input {%s}%s", ph.Name, Suggest(ph.Name, l.p.InputNames()))
		}
	}
	if cycle := l.p.defaultCycle([]string{name}); cycle != nil {
		l.errorf(path, "refers to itself: %s", strings.Join(cycle, " → "))
	}
	if in.Default != "" && len(placeholders) == 0 {
		if _, err := in.Typed(string(in.Default)); err != nil {
			l.errorf(path, "%q %s", in.Default, err)
		}
	}
}

// defaultCycle returns the way on which the default of within's first input
// comes back to it, nil when there is none.
func (p *Profile) defaultCycle(within []string) []string {
	for _, ph := range p.Inputs[within[len(within)-1]].Default.Placeholders() {
		way := sub(within, ph.Name)
		if ph.Name == within[0] {
			return way
		}
		if !slices.Contains(within, ph.Name) {
			if cycle := p.defaultCycle(way); cycle != nil {
				return cycle
			}
		}
	}
	return nil
}

// ownsInput reports whether the profile itself, and not what it extends, says
// something of the input.
func (p *Profile) ownsInput(name string) bool {
	o := p.origins["inputs."+name]
	return slices.ContainsFunc(p.own, func(own origin) bool {
		return own.file == o.file && slices.Equal(own.prefix, o.prefix)
	})
}

func (l *linter) refusals() {
	for i, r := range l.p.Refusals {
		path := []string{"refusals", strconv.Itoa(i)}
		switch r.Code.(type) {
		case string, int64:
		default:
			l.errorf(append(path, "code"), "has to be a string or a whole number")
		}
		if !slices.Contains(Kinds, r.Kind) {
			l.errorf(append(path, "kind"), "%q is none of %s%s", r.Kind, strings.Join(Kinds, ", "), Suggest(r.Kind, Kinds))
		}
		if r.EN == "" {
			l.errorf(path, "needs en: what it means and what to do")
		}
	}
}
