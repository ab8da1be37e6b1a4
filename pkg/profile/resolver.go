package profile

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Resolver supplies values of inputs that are missing: nothing gives them a value, and they
// have no default. See [Profile.Resolver].
type Resolver interface {
	// Resolve returns the value of an input and where it comes from, or "" if it knows
	// none. Only the user may name files and commands, so the value is used as it is: a
	// text such as env:NAME is not a reference. Its type and pattern are checked. An error
	// that says its kind of failure is returned as it is.
	Resolve(input string) (text string, from Origin, err error)
}

// ask asks the resolver for a missing input, and keeps the value as given.
func (p *Profile) ask(name string) (text string, given bool, err error) {
	if p.Resolver == nil {
		return "", false, nil
	}
	text, from, err := p.Resolver.Resolve(name)
	if err != nil && failure.Of(err) != failure.Internal {
		return "", false, err
	}
	if err != nil {
		return "", false, &Error{File: from.File, Line: from.Line, Key: name, Problem: lang.Of(err)}
	}
	if text == "" {
		return "", false, nil
	}
	p.values[name] = value{Origin: from, text: text, verbatim: true}
	return text, true, nil
}
