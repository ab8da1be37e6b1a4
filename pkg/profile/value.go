package profile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Origin says where an input's value came from.
type Origin struct {
	From string // "flag", "environment", "file" or "default"; "" when there is no value
	File string
	Line int
}

// value is what was given for an input: text, or a reference to it.
type value struct {
	Origin
	text string
	file *File // nil unless From is "file"
}

// Set gives an input a value that wins over those of the files.
func (p *Profile) Set(name, text string, from Origin) error {
	if _, ok := p.Inputs[name]; !ok {
		return p.noInput(name, p.InputNames())
	}
	p.values[name] = value{text: text, Origin: from}
	return nil
}

func (p *Profile) noInput(name string, known []string) error {
	return &Error{
		Key: name, Problem: fmt.Sprintf("%s has no such input%s", p.Name, Suggest(name, known)),
		Hint: lang.Text{EN: "See what it takes: ssoctl profile show " + p.Name, ZH: "查看它的输入项：ssoctl profile show " + p.Name},
	}
}

// Give is Set that also takes a value which no input declares: what the request of a
// step needs, or a step reads. For this run it is then an input; see [IsSecretName].
// A code is not taken: a command that sends one has a flag for it, and notes that it
// was sent.
func (p *Profile) Give(name, text string, from Origin) error {
	known := p.undeclared()
	if slices.Contains(known, name) {
		p.Declare(name)
	}
	if _, ok := p.Inputs[name]; !ok {
		return p.noInput(name, slices.Concat(p.InputNames(), known))
	}
	return p.Set(name, text, from)
}

// Declare adds an input for this run, unless the profile declares it.
func (p *Profile) Declare(name string) {
	if _, ok := p.Inputs[name]; ok {
		return
	}
	if p.Inputs == nil {
		p.Inputs = map[string]Input{}
	}
	p.Inputs[name] = Input{Secret: IsSecretName(name), Undeclared: true}
}

// undeclared are the names that steps use or read, and that no input declares.
func (p *Profile) undeclared() []string {
	var names []string
	for _, s := range p.Steps() {
		for _, ph := range s.Placeholders() {
			names = append(names, ph.Name)
		}
		names = slices.AppendSeq(names, maps.Keys(s.Read))
	}
	reserved := slices.Concat(recipe.Made, recipe.SignPlaceholders, PerRun, []string{"code"})
	names = slices.DeleteFunc(names, func(name string) bool {
		_, declared := p.Inputs[name]
		return declared || slices.Contains(reserved, name)
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// IsSecretName reports whether a value is a secret because of its name. That decides
// for what steps read, and for what is given without an input that declares it.
func IsSecretName(name string) bool {
	for _, end := range []string{"_token", "_ticket", "_key", "_secret"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Given returns what was given for an input, as it was given (a reference is
// not resolved), and where. A default that holds other inputs is not expanded.
func (p *Profile) Given(name string) (string, Origin) {
	if v, ok := p.values[name]; ok {
		return v.text, v.Origin
	}
	if d := p.Inputs[name].Default; d != "" {
		return string(d), Origin{From: "default"}
	}
	return "", Origin{}
}

// Values resolves the inputs among the names: references are followed, defaults
// expanded, types and patterns checked. What an optional placeholder lacks is
// left out; all that the others lack is in one *MissingError.
func (p *Profile) Values(names []recipe.Placeholder, refs secret.Resolver) (recipe.Values, error) {
	r := resolver{p: p, refs: refs, out: recipe.Values{}, absent: map[string]bool{}}
	var missing []MissingInput
	for _, ph := range names {
		in, ok := p.Inputs[ph.Name]
		if !ok {
			continue
		}
		found, err := r.input(ph.Name, nil)
		if err != nil {
			return nil, err
		}
		if found || ph.Optional {
			continue
		}
		lacking := r.lacking(in.Default)
		if len(lacking) == 0 {
			lacking = []MissingInput{{ph.Name, in}}
		}
		missing = append(missing, lacking...)
	}
	if len(missing) > 0 {
		slices.SortFunc(missing, func(a, b MissingInput) int { return strings.Compare(a.Name, b.Name) })
		missing = slices.CompactFunc(missing, func(a, b MissingInput) bool { return a.Name == b.Name })
		return nil, &MissingError{p.Name, missing}
	}
	return r.out, nil
}

type resolver struct {
	p      *Profile
	refs   secret.Resolver
	out    recipe.Values
	absent map[string]bool // inputs that turned out to have no value
}

// input puts the value of one input into out and reports whether it has one.
func (r *resolver) input(name string, within []string) (bool, error) {
	if _, done := r.out[name]; done {
		return true, nil
	}
	if r.absent[name] {
		return false, nil
	}
	if slices.Contains(within, name) {
		return false, r.p.errorf([]string{"inputs", name, "default"}, "refers to itself: %s", strings.Join(append(within, name), " → "))
	}
	in := r.p.Inputs[name]
	text, given, err := r.given(name)
	if err != nil {
		return false, err
	}
	if !given && in.Default != "" {
		in.Secret = in.Secret || r.p.holdsSecret(in.Default)
		if text, given, err = r.expand(name, append(within, name)); err != nil {
			return false, err
		}
	}
	if !given || text == "" {
		r.absent[name] = true
		return false, nil
	}
	v, fault := r.p.typed(name, in, text)
	if fault != nil {
		return false, fault
	}
	r.out[name] = v
	return true, nil
}

// typed gives the text of an input its type; the error says where the text stands.
func (p *Profile) typed(name string, in Input, text string) (any, *Error) {
	v, err := in.Typed(text)
	if err == nil {
		return v, nil
	}
	o := p.values[name].Origin
	shown := fmt.Sprintf("%q", text)
	if in.Secret {
		shown = "its value"
	}
	return nil, &Error{File: o.File, Line: o.Line, Key: name, Problem: shown + " " + err.Error(), Hint: lang.Text{EN: in.Help, ZH: in.HelpZH}}
}

// given follows the reference in a given value.
func (r *resolver) given(name string) (string, bool, error) {
	v, ok := r.p.values[name]
	if !ok {
		return "", false, nil
	}
	refs := r.refs
	if v.file != nil {
		refs.Dir, refs.Commands = v.file.Dir, true
	}
	resolved, err := refs.Resolve(v.text)
	if errors.Is(err, context.Canceled) { // while somebody was asked
		return "", false, err
	}
	if err != nil {
		return "", false, &Error{File: v.File, Line: v.Line, Key: name, Problem: err.Error(), Hint: referenceHint(name, err)}
	}
	return resolved.Reveal(), true, nil
}

// referenceHint says what to do about a reference that yields nothing.
func referenceHint(name string, err error) lang.Text {
	var advised interface{ Hint() lang.Text }
	switch {
	case errors.As(err, &advised):
		return advised.Hint()
	case errors.Is(err, secret.ErrCommand):
		return lang.Text{
			EN: "If you trust whoever wrote it: --allow-cmd, or write it into your own configuration.",
			ZH: "如果信任写它的人，请加 --allow-cmd，或写进自己的配置文件。",
		}
	}
	return lang.Text{
		EN: "Correct it there, or give another value: --set " + name + "=…",
		ZH: "请在该处改正，或另行给出：--set " + name + "=…",
	}
}

// expand returns the default of an input. There is none when one of its
// placeholders lacks a value, even an optional one.
func (r *resolver) expand(name string, within []string) (string, bool, error) {
	t := r.p.Inputs[name].Default
	size, whole := literalSize(t), true
	for _, ph := range t.Placeholders() { // all of them, so that all that is missing is known
		found, err := r.input(ph.Name, within)
		if err != nil {
			return "", false, err
		}
		whole = whole && found
		text, _ := r.out.Text(ph.Name)
		if size += len(text); size > maxDefault {
			return "", false, r.p.errorf([]string{"inputs", name, "default"}, "larger than %d KiB with its values", maxDefault>>10)
		}
	}
	if !whole {
		return "", false, nil
	}
	text, _ := t.ExpandAddress(r.out.Text)
	return text, true, nil
}

// literalSize is the size in bytes of a template without its placeholders.
func literalSize(t recipe.Template) int {
	n := 0
	for _, part := range t.Parts() {
		if len(part.Placeholders()) == 0 {
			n += len(part)
		}
	}
	return n
}

// lacking returns the inputs without a value that a default needs, at any remove.
func (r *resolver) lacking(t recipe.Template) []MissingInput {
	var out []MissingInput
	for _, name := range r.p.needs(t) {
		if in := r.p.Inputs[name]; r.absent[name] && in.Default == "" {
			out = append(out, MissingInput{name, in})
		}
	}
	return out
}

// holdsSecret reports whether a default holds a secret, at any remove.
func (p *Profile) holdsSecret(d recipe.Template) bool {
	return slices.ContainsFunc(p.reach(d), func(name string) bool { return p.Inputs[name].Secret })
}

// reach returns the inputs that a template holds, those that the defaults of
// inputs without a given value hold, and so on; each once.
func (p *Profile) reach(t recipe.Template) []string {
	return p.reached(t, func(recipe.Placeholder) bool { return true })
}

// needs is reach without what is optional.
func (p *Profile) needs(t recipe.Template) []string {
	return p.reached(t, func(ph recipe.Placeholder) bool { return !ph.Optional })
}

func (p *Profile) reached(t recipe.Template, follows func(recipe.Placeholder) bool) []string {
	var out []string
	seen := map[string]bool{}
	pending := t.Placeholders()
	for i := 0; i < len(pending); i++ {
		name := pending[i].Name
		if seen[name] || !follows(pending[i]) {
			continue
		}
		seen[name] = true
		out = append(out, name)
		if _, given := p.values[name]; !given {
			pending = append(pending, p.Inputs[name].Default.Placeholders()...)
		}
	}
	return out
}

// Matcher compiles Pattern, which the whole value has to match; nil where there
// is none.
func (in Input) Matcher() (*regexp.Regexp, error) {
	if in.Pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(`\A(?:` + in.Pattern + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("cannot be checked: pattern: %w", err)
	}
	return re, nil
}

// Typed checks an input's text and gives it its type, as recipes take it. The
// error completes "the value …".
func (in Input) Typed(text string) (any, error) {
	re, err := in.Matcher()
	if err != nil {
		return nil, err
	}
	if re != nil && !re.MatchString(text) {
		return nil, fmt.Errorf("does not match %s", in.Pattern)
	}
	switch {
	case in.Secret:
		return secret.New(text), nil
	case in.Type == "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("is not a whole number")
		}
		return json.Number(strconv.FormatInt(n, 10)), nil // JSON has no +7 or 007
	case in.Type == "bool":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("is neither true nor false")
		}
		return b, nil
	}
	return text, nil
}
