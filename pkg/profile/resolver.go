package profile

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Resolver supplies values of missing inputs, which have neither a value nor a default. See
// [Profile.Resolver].
type Resolver interface {
	// Resolve returns the value of an input and where it comes from; "" if it knows none. The
	// value is used literally: env:NAME, for example, is not a reference, because only the
	// user may name files and commands. The type and pattern of the value are checked. An
	// error with a kind of failure is returned unchanged.
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
