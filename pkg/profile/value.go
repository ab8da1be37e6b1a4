package profile

import (
	"encoding/json"
	"fmt"
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
		return &Error{Key: name, Problem: fmt.Sprintf("%s has no such input%s", p.Name, suggest(name, p.InputNames()))}
	}
	p.values[name] = value{text: text, Origin: from}
	return nil
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
	r := resolver{p: p, refs: refs, out: recipe.Values{}}
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
		if !found && !ph.Optional {
			missing = append(missing, MissingInput{ph.Name, in})
		}
	}
	for _, m := range r.lacking {
		if !slices.ContainsFunc(missing, func(x MissingInput) bool { return x.Name == m.Name }) {
			missing = append(missing, m)
		}
	}
	if len(missing) > 0 {
		slices.SortFunc(missing, func(a, b MissingInput) int { return strings.Compare(a.Name, b.Name) })
		return nil, &MissingError{p.Name, missing}
	}
	return r.out, nil
}

type resolver struct {
	p       *Profile
	refs    secret.Resolver
	out     recipe.Values
	lacking []MissingInput // what defaults need
}

// input puts the value of one input into out and reports whether it has one.
func (r *resolver) input(name string, within []string) (bool, error) {
	if _, done := r.out[name]; done {
		return true, nil
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
		if text, given, err = r.expand(in.Default, append(within, name)); err != nil {
			return false, err
		}
	}
	if !given || text == "" {
		return false, nil
	}
	v, err := typed(in, text)
	if err != nil {
		o := r.p.values[name].Origin
		shown := fmt.Sprintf("%q", text)
		if in.Secret {
			shown = "its value"
		}
		return false, &Error{File: o.File, Line: o.Line, Key: name, Problem: shown + " " + err.Error(), Hint: lang.Text{EN: in.Help, ZH: in.HelpZH}}
	}
	r.out[name] = v
	return true, nil
}

// given follows the reference in a given value.
func (r *resolver) given(name string) (string, bool, error) {
	v, ok := r.p.values[name]
	if !ok {
		return "", false, nil
	}
	refs := r.refs
	if v.file != nil {
		refs.Dir, refs.Confined = v.file.Dir, !v.file.Trusted
	}
	resolved, err := refs.Resolve(v.text)
	if err != nil {
		return "", false, &Error{File: v.File, Line: v.Line, Key: name, Problem: err.Error()}
	}
	return resolved.Reveal(), true, nil
}

func (r *resolver) expand(t recipe.Template, within []string) (string, bool, error) {
	for _, ph := range t.Placeholders() {
		found, err := r.input(ph.Name, within)
		if err != nil {
			return "", false, err
		}
		if !found {
			r.lacking = append(r.lacking, MissingInput{ph.Name, r.p.Inputs[ph.Name]})
			return "", false, nil
		}
	}
	// An address may end in a slash; what the default puts behind it begins with one.
	text, _ := t.Expand(func(name string) (string, bool) {
		v, ok := r.out.Text(name)
		return strings.TrimSuffix(v, "/"), ok
	})
	return text, true, nil
}

// typed checks an input's text and gives it its type.
func typed(in Input, text string) (any, error) {
	if in.Pattern != "" {
		re, err := regexp.Compile(`\A(?:` + in.Pattern + `)\z`)
		if err != nil {
			return nil, fmt.Errorf("cannot be checked: pattern: %w", err)
		}
		if !re.MatchString(text) {
			return nil, fmt.Errorf("does not match %s", in.Pattern)
		}
	}
	switch {
	case in.Secret:
		return secret.New(text), nil
	case in.Type == "int":
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("is not a whole number")
		}
		return json.Number(text), nil
	case in.Type == "bool":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("is neither true nor false")
		}
		return b, nil
	}
	return text, nil
}

// Guard refuses to send a secret of the user's own configuration to an address
// that only an untrusted file names.
func (p *Profile) Guard(s *Step) error {
	named, at := p.untrustedAddress(s)
	if named == "" {
		return nil
	}
	for _, ph := range s.Placeholders() {
		names := []string{ph.Name}
		if recipe.IsClientAuth(ph.Name) || ph.Name == AppToken {
			names = p.secretInputs()
		}
		for _, name := range names {
			if v := p.values[name]; p.Inputs[name].Secret && v.file != nil && v.file.Trusted {
				return &Error{
					File: at.File, Line: at.Line, Key: named,
					Problem: fmt.Sprintf("this file names the address, but %s is from your own configuration (%s:%d): it is not sent there", name, v.File, v.Line),
					Hint: lang.Text{
						EN: fmt.Sprintf("If you trust this address, set %s in your own configuration too.", named),
						ZH: fmt.Sprintf("如果这个地址可信,请在自己的配置里也写上 %s。", named),
					},
				}
			}
		}
	}
	return nil
}

func (p *Profile) secretInputs() []string {
	return slices.DeleteFunc(p.InputNames(), func(n string) bool { return !p.Inputs[n].Secret })
}

// untrustedAddress returns the key by which an untrusted file decides where the
// step's request goes, "" when none does.
func (p *Profile) untrustedAddress(s *Step) (string, Origin) {
	if o := p.origins[s.Name+".url"]; o.file != nil && !o.file.Trusted {
		return s.Name + ".url", o.origin(s.Name, "url")
	}
	pending, seen := s.URL.Placeholders(), map[string]bool{}
	for len(pending) > 0 {
		name := pending[0].Name
		pending = pending[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		if v, ok := p.values[name]; ok {
			if v.file != nil && !v.file.Trusted {
				return name, v.Origin
			}
			continue
		}
		if o := p.origins["inputs."+name]; o.file != nil && !o.file.Trusted {
			return "inputs." + name, o.origin("inputs", name)
		}
		pending = append(pending, p.Inputs[name].Default.Placeholders()...)
	}
	return "", Origin{}
}

func (o origin) origin(path ...string) Origin {
	return Origin{From: "file", File: o.file.Path, Line: o.file.Line(slices.Concat(o.prefix, path)...)}
}
