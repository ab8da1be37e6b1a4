package profile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Error is one error in a profile or in the values given to it.
type Error struct {
	File    string    // "" if the error is not in a file
	Line    int       // 1-based; 0 if unknown
	Key     string    // dotted, such as exchange.query.code
	Problem lang.Text // without the place and the key
	Hint    lang.Text // what to do about it; may be empty
	Address StepName  // the step whose address is wrong; "" for none
}

func (e *Error) Error() string { return e.Text().EN }

// Failure returns [failure.Profile].
func (*Error) Failure() failure.Kind { return failure.Profile }

// Text returns the error in both languages, after its place and key.
func (e *Error) Text() lang.Text {
	t := e.Problem
	for _, where := range []string{e.Key, e.Place()} {
		if where != "" {
			t = lang.Text{EN: where + ": " + t.EN, ZH: where + "：" + t.In(lang.ZH)}
		}
	}
	return t
}

// Place returns FILE:LINE, or FILE if the line is unknown, or "" if the error is not
// in a file.
func (e *Error) Place() string {
	if e.File == "" || e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d", e.File, e.Line)
}

// Errors is a non-empty list of errors that were found together.
type Errors []*Error

func (es Errors) Error() string { return es.Text().EN }

// Text returns the errors in both languages, one per line.
func (es Errors) Text() lang.Text {
	lines := make([]lang.Text, len(es))
	for i, e := range es {
		lines[i] = e.Text()
	}
	return lang.Lines(lines)
}

// IsList says that the text has a line for each error.
func (es Errors) IsList() bool { return true }

// Unwrap returns the first error, for [errors.As].
func (es Errors) Unwrap() error { return es[0] }

// Sorted sorts the errors by file, line and key, and removes duplicates. It changes
// es.
func (es Errors) Sorted() Errors {
	slices.SortFunc(es, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Key, b.Key), strings.Compare(a.Problem.EN, b.Problem.EN))
	})
	return slices.CompactFunc(es, func(a, b *Error) bool { return *a == *b })
}

// orNil returns nil for an empty list, so that it does not become a non-nil error.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// MissingError lists all required inputs that have no value.
type MissingError struct {
	Profile string
	Missing []MissingInput
}

// MissingInput is an input without a value.
type MissingInput struct {
	Name string
	Input
}

func (e *MissingError) Error() string { return e.Text().EN }

// Failure returns [failure.Profile].
func (*MissingError) Failure() failure.Kind { return failure.Profile }

// IsList says that the text has a line for each input.
func (*MissingError) IsList() bool { return true }

// Details returns what the error says to scripts.
func (e *MissingError) Details() failure.Details {
	return failure.Details{Profile: e.Profile}
}

// Text returns the error in both languages.
func (e *MissingError) Text() lang.Text {
	en := e.Profile + ": missing inputs:"
	zh := e.Profile + "：缺少以下输入项："
	for _, m := range e.Missing {
		en, zh = en+"\n  "+m.Name, zh+"\n  "+m.Name
		if m.Vendor != "" && m.Vendor != m.Name {
			en, zh = en+" (the vendor's "+m.Vendor+")", zh+"（厂商字段名 "+m.Vendor+"）"
		}
		if help := (lang.Text{EN: m.Help, ZH: m.HelpZH}); !help.IsZero() {
			en, zh = en+": "+help.EN, zh+"："+help.In(lang.ZH)
		}
	}
	return lang.Text{EN: en, ZH: zh}
}

// ErrorsOf returns the configuration errors that err wraps; nil if there are none.
func ErrorsOf(err error) Errors {
	var many Errors
	var one *Error
	switch {
	case errors.As(err, &many):
		return many
	case errors.As(err, &one):
		return Errors{one}
	}
	return nil
}

// NotOfferedError means that the profile does not have the step. Why is the reason
// given in [not_offered]; it may be empty.
type NotOfferedError struct {
	Profile string
	Step    StepName
	Why     lang.Text
}

func (e *NotOfferedError) Error() string { return e.Text().EN }

// Failure returns [failure.NotOffered].
func (*NotOfferedError) Failure() failure.Kind { return failure.NotOffered }

// Details returns what the error says to scripts.
func (e *NotOfferedError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step)}
}

// Text returns the error in both languages.
func (e *NotOfferedError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s: %s is not offered", ZH: "%s：不提供 %s"}, e.Profile, e.Step)
}

// Hint returns Why or, without a reason, how to see the steps that are offered.
func (e *NotOfferedError) Hint() lang.Text {
	if !e.Why.IsZero() {
		return e.Why
	}
	return lang.Sprintf(lang.Text{
		EN: "See what it offers: ssoctl profile show %s",
		ZH: "它提供哪些步骤：ssoctl profile show %s",
	}, e.Profile)
}

// saying returns the error with a problem, formatted as [lang.Sprintf] does.
func (e Error) saying(format lang.Text, args ...any) *Error {
	e.Problem = lang.Sprintf(format, args...)
	return &e
}

// verbatim formats a text or an error unchanged.
var verbatim = lang.Text{EN: "%s", ZH: "%s"}
