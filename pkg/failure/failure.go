// Package failure lists the ways in which a command can fail. A [Kind] is the exit code and
// the word for scripts. Every type of error says its own Kind and [Details] in methods, and
// [Of] and [DetailsOf] find them in an error that may wrap or join others.
//
// [Usagef] makes an error about the command line, [Checkf] that of a check that found something.
package failure

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
)

// Kind is a way to fail. Its value is the exit code.
type Kind int

// The kinds, as docs/output.md describes them.
const (
	Internal    Kind = 1   // a bug in ssoctl, or a fault of the machine
	Usage       Kind = 2   // an error in the command line
	Profile     Kind = 3   // an error in the configuration, or a missing value
	Refused     Kind = 4   // the vendor answered and said no
	NotOffered  Kind = 5   // the profile has no such step
	Network     Kind = 6   // no complete response arrived
	Protocol    Kind = 7   // the response makes no sense
	Callback    Kind = 8   // the redirect is wrong, or the user did not consent
	Timeout     Kind = 9   // nobody came back in time
	FailedCheck Kind = 10  // a check found something
	Interrupted Kind = 130 // Ctrl-C
)

func words() map[Kind]string {
	return map[Kind]string{
		Internal: "internal", Usage: "usage", Profile: "profile", Refused: "refused", NotOffered: "not_offered", Network: "network",
		Protocol: "protocol", Callback: "callback", Timeout: "timeout", FailedCheck: "failed_check", Interrupted: "interrupted",
	}
}

// Kinds returns all kinds, by exit code.
func Kinds() []Kind { return slices.Sorted(maps.Keys(words())) }

// String returns the word for the kind, as in the JSON of an error.
func (k Kind) String() string { return words()[k] }

// Of returns the kind of an error, which may wrap or join others. It is, in this order:
//
//   - Interrupted, if one of them is [context.Canceled];
//   - that of a program which ssoctl ran ([IsOfProgram]);
//   - the highest of the kinds that their methods Failure return;
//   - Internal, if none of them has that method.
func Of(err error) Kind {
	if errors.Is(err, context.Canceled) {
		return Interrupted
	}
	if program := ofProgram(nil); errors.As(err, &program) {
		return program.Failure()
	}
	kind := Internal
	for e := range All(err) {
		if e, ok := e.(interface{ Failure() Kind }); ok {
			kind = max(kind, e.Failure())
		}
	}
	return kind
}

// ofProgram is the error of a program that ssoctl ran and whose exit code it has.
type ofProgram interface {
	Failure() Kind
	OfProgram() bool // always true
}

// IsOfProgram reports whether the exit code for err is that of a program which ssoctl ran. Its
// meaning is the program's.
func IsOfProgram(err error) bool { return errors.As(err, new(ofProgram)) }

// All yields err and all errors that it wraps or joins, in the order of [errors.As].
func All(err error) iter.Seq[error] {
	return func(yield func(error) bool) { walk(err, yield) }
}

func walk(err error, yield func(error) bool) bool {
	if err == nil {
		return true
	}
	if !yield(err) {
		return false
	}
	var wrapped []error
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		wrapped = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		wrapped = e.Unwrap()
	}
	return !slices.ContainsFunc(wrapped, func(err error) bool { return !walk(err, yield) })
}
