package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"ssoctl/pkg/lang"
)

// Error is one fault of a description or of the values given to it.
type Error struct {
	File      string // "" when no file is at fault
	Line      int    // from 1; 0 when unknown
	Key       string // such as exchange.query.code
	Problem   string
	ProblemZH string    // "" where there is only English
	Hint      lang.Text // what to do; may be empty
	Address   string    // the step whose address is at fault, "" for none
}

func (e *Error) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *Error) Text() lang.Text {
	t := lang.Text{EN: e.Problem, ZH: e.ProblemZH}
	for _, where := range []string{e.Key, e.Place()} {
		if where == "" {
			continue
		}
		t.EN = where + ": " + t.EN
		if t.ZH != "" {
			t.ZH = where + "：" + t.ZH
		}
	}
	return t
}

// Place is FILE:LINE, or FILE where the line is unknown; "" when no file is at fault.
func (e *Error) Place() string {
	if e.File == "" || e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d", e.File, e.Line)
}

// Errors are all the faults that were found at once; never empty.
type Errors []*Error

func (es Errors) Error() string { return es.Text().EN }

// Text is the faults in both languages, one a line.
func (es Errors) Text() lang.Text {
	var en, zh []string
	for _, e := range es {
		t := e.Text()
		en, zh = append(en, t.EN), append(zh, t.In(lang.ZH))
	}
	return lang.Text{EN: strings.Join(en, "\n"), ZH: strings.Join(zh, "\n")}
}

// Unwrap lets errors.As find the first fault.
func (es Errors) Unwrap() error { return es[0] }

// Sorted puts the faults in the order of their places, each once.
func (es Errors) Sorted() Errors {
	slices.SortFunc(es, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Key, b.Key), strings.Compare(a.Problem, b.Problem))
	})
	return slices.CompactFunc(es, func(a, b *Error) bool { return *a == *b })
}

// orNil keeps an empty list from becoming a non-nil error.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// MissingError says which inputs have no value: all of them at once.
type MissingError struct {
	Profile string
	Missing []MissingInput
}

// MissingInput is one of them.
type MissingInput struct {
	Name string
	Input
}

func (e *MissingError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *MissingError) Text() lang.Text {
	en := fmt.Sprintf("%s: %d missing:", e.Profile, len(e.Missing))
	zh := fmt.Sprintf("%s：缺少 %d 项：", e.Profile, len(e.Missing))
	for _, m := range e.Missing {
		en, zh = en+"\n  "+m.Name, zh+"\n  "+m.Name
		if m.Vendor != "" {
			en, zh = en+" (the vendor's "+m.Vendor+")", zh+"（厂商字段名 "+m.Vendor+"）"
		}
		if help := (lang.Text{EN: m.Help, ZH: m.HelpZH}); !help.IsZero() {
			en, zh = en+": "+help.EN, zh+"："+help.In(lang.ZH)
		}
	}
	return lang.Text{EN: en, ZH: zh}
}

// NotOfferedError says that the profile has no such step, and why where the
// profile says so.
type NotOfferedError struct {
	Profile, Step string
	Why           lang.Text
}

func (e *NotOfferedError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *NotOfferedError) Text() lang.Text {
	return lang.Text{EN: fmt.Sprintf("%s: %s is not offered", e.Profile, e.Step), ZH: fmt.Sprintf("%s：不提供 %s", e.Profile, e.Step)}
}

// Suggest returns "; did you mean X?" for the candidate nearest to word, or
// nothing when none is near.
func Suggest(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// Nearest returns the candidate nearest to word, "" when none is near.
func Nearest(word string, candidates []string) string {
	if len(word) > maxWord {
		return ""
	}
	best, least := "", max(2, len(word)/3)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if len(c) > maxWord {
			continue
		}
		if d := levenshtein.ComputeDistance(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}
