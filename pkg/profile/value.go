package profile

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/suggestion"
)

// Origin says where an input's value, or a key, comes from.
type Origin struct {
	// From is "flag", "environment", "file" or "default", or what a caller of [Profile.Set]
	// or a [Resolver] names, such as "recording"; "" if there is no value.
	From string
	File string
	Line int
	// Verbatim says that the text is not a reference, even if it looks like one.
	Verbatim bool
}

// value is a value given to an input: text, or a reference to it.
type value struct {
	Origin
	text     string
	file     *File // nil unless From is "file"
	verbatim bool  // from a [Resolver]: text is not a reference, even if it looks like one
}

// Set gives a value to an input; it overrides values from files.
func (p *Profile) Set(name, text string, from Origin) error {
	if _, ok := p.Inputs[name]; !ok {
		return p.noInput(name, p.InputNames())
	}
	p.values[name] = value{text: text, Origin: from}
	return nil
}

func (p *Profile) noInput(name string, known []string) error {
	return Error{
		Key:  name,
		Hint: lang.Text{EN: "See its inputs: ssoctl profile show " + p.Name, ZH: "查看它的输入项：ssoctl profile show " + p.Name},
	}.saying(lang.Text{EN: "%s has no such input%s", ZH: "%s 没有这个输入项%s"}, p.Name, suggestion.For(name, known))
}

// Give is [Profile.Set] that also accepts a name that is not an input but that a step
// uses or reads. It declares the name as an input for this run, see [IsSecretName]. It
// does not accept code: commands that send a code have a flag for it and record that
// it was sent.
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

// Declare adds an input for this run if the profile does not declare it.
func (p *Profile) Declare(name string) {
	if _, ok := p.Inputs[name]; ok {
		return
	}
	if p.Inputs == nil {
		p.Inputs = map[string]Input{}
	}
	p.Inputs[name] = Input{Secret: IsSecretName(name), Undeclared: true}
}

// undeclared returns the names that steps use or read and that are not inputs.
func (p *Profile) undeclared() []string {
	var names []string
	for _, s := range p.Steps() {
		for _, ph := range s.Placeholders() {
			names = append(names, ph.Name)
		}
		names = append(names, s.Provided()...)
	}
	reserved := slices.Concat(recipe.RequestParts, PerRun, []string{"code"})
	names = slices.DeleteFunc(names, func(name string) bool {
		_, declared := p.Inputs[name]
		return declared || p.IsMade(name) || slices.Contains(reserved, name)
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Given returns the value given to an input, and its origin. References are not
// resolved. If no value was given it returns the default, unexpanded.
func (p *Profile) Given(name string) (string, Origin) {
	if v, ok := p.values[name]; ok {
		return v.text, v.Origin
	}
	if d := p.Inputs[name].Default; d != "" {
		return string(d), Origin{From: "default"}
	}
	return "", Origin{}
}

// Matcher compiles Pattern so that it matches whole values; nil if there is no
// pattern.
func (in Input) Matcher() (*regexp.Regexp, error) {
	if in.Pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(`\A(?:` + in.Pattern + `)\z`)
	if err != nil {
		return nil, lang.Errorf(lang.Text{EN: "cannot be checked, because the pattern is invalid: %v", ZH: "无法检查，因为正则表达式有误：%v"}, err)
	}
	return re, nil
}

// matches reports whether Pattern allows a value.
func (in Input) matches(text string) (bool, error) {
	if choices := in.choices(); len(choices) > 0 { // in less time than an expression takes to compile
		return slices.Contains(choices, text), nil
	}
	re, err := in.Matcher()
	return err == nil && (re == nil || re.MatchString(text)), err
}

// choices returns the values in a Pattern that is a list, such as page|popup; none for other
// patterns.
func (in Input) choices() []string {
	if strings.ContainsFunc(in.Pattern, func(r rune) bool {
		return r != '|' && r != '_' && r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return nil
	}
	return strings.FieldsFunc(in.Pattern, func(r rune) bool { return r == '|' })
}

// Typed checks text against the input's pattern and converts it to the type that
// recipes use: string, [secret.String], [json.Number] or bool. The error completes the
// sentence "the value …".
func (in Input) Typed(text string) (any, error) {
	if matches, err := in.matches(text); err != nil {
		return nil, err
	} else if !matches {
		return nil, in.Mismatch()
	}
	switch {
	case in.Secret:
		return secret.New(text), nil
	case in.Type == "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, lang.Errorf(lang.Text{EN: "is not a whole number", ZH: "不是整数"})
		}
		return json.Number(strconv.FormatInt(n, 10)), nil // JSON has no +7 or 007
	case in.Type == "bool":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, lang.Errorf(lang.Text{EN: "is not true or false", ZH: "不是 true 或 false"})
		}
		return b, nil
	}
	return text, nil
}

// Copy returns a copy of the profile. Giving a value to the copy, or declaring an input of
// it, does not change p.
func (p *Profile) Copy() *Profile {
	out := *p
	out.Inputs, out.values = maps.Clone(p.Inputs), maps.Clone(p.values)
	return &out
}
