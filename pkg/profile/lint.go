package profile

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Lint returns everything that is wrong with the profile beyond its form:
// placeholders and inputs that do not fit each other, expressions that do not
// parse, unknown kinds. Nil means that nothing is.
func (p *Profile) Lint() Errors { return p.lint(nil) }

// Check returns everything that is wrong with a profile: what keeps Load from
// returning it, and what Lint finds in the rest of it.
func Check(name string, from Sources) Errors {
	m, err := assemble(name, from)
	if err != nil {
		return faultsOf(err)
	}
	return append(m.errs, m.p.lint(m.malformed)...).Sorted()
}

// faultsOf is an error of this package as a list.
func faultsOf(err error) Errors {
	var many Errors
	var one *Error
	switch {
	case errors.As(err, &many):
		return many
	case errors.As(err, &one):
		return Errors{one}
	}
	return Errors{{Problem: err.Error()}}
}

// lint is Lint without what follows from keys that are known to be malformed.
func (p *Profile) lint(malformed []string) Errors {
	l := linter{p: p, broken: map[string]bool{}, used: map[string]bool{}, sizes: map[string]int{}, cyclic: map[string]bool{}}
	for _, key := range malformed {
		l.broken[key] = true
		if !strings.Contains(key, ".") {
			l.doubtful(key)
		}
	}
	for _, s := range p.Steps() {
		l.step(s)
	}
	if p.Scan != nil {
		l.scan(p.Scan)
	}
	l.inputs()
	l.values()
	l.refusals()
	for name := range p.NotOffered {
		if !slices.Contains(StepNames, name) {
			l.errorf([]string{"not_offered", name}, "there is no such step%s", Suggest(name, StepNames))
		}
	}
	return l.errs.Sorted()
}

type linter struct {
	p      *Profile
	errs   Errors
	used   map[string]bool // inputs
	sizes  map[string]int  // see size
	cyclic map[string]bool // inputs of which it is told that their defaults refer to themselves
	broken map[string]bool // the malformed keys
	// unsureInputs and unsureSteps: such a table is malformed or misspelt, so that
	// nobody knows what it would supply.
	unsureInputs, unsureSteps bool
}

// doubtful notes what the malformed table of that name may have been meant for.
func (l *linter) doubtful(table string) {
	l.unsureInputs = l.unsureInputs || Suggest(table, []string{"inputs"}) != ""
	l.unsureSteps = l.unsureSteps || Suggest(table, StepNames) != ""
}

func (l *linter) errorf(path []string, format string, args ...any) {
	if !l.full() && !l.malformed(path...) {
		l.errs = append(l.errs, l.p.errorf(path, format, args...))
	}
}

// full reports whether there are faults enough: more are not looked for.
func (l *linter) full() bool { return len(l.errs) >= maxFaults }

// malformed reports whether a key, or what it is in, is malformed, so that nothing
// more can be said of it.
func (l *linter) malformed(path ...string) bool {
	for n := range path {
		if l.broken[strings.Join(path[:n+1], ".")] {
			return true
		}
	}
	return false
}

// needs reports that a table lacks a key, unless the key is there, malformed or
// misspelt.
func (l *linter) needs(table []string, key, problem string) {
	within := strings.Join(table, ".") + "."
	for broken := range l.broken {
		if rest, ok := strings.CutPrefix(broken, within); ok && Suggest(rest, []string{key}) != "" {
			return
		}
	}
	l.errorf(table, "%s", problem)
}

func (l *linter) refusals() {
	for i, r := range l.p.Refusals {
		path := []string{"refusals", strconv.Itoa(i)}
		switch r.Code.(type) {
		case string, int64:
		case nil:
			l.needs(path, "code", "needs code: a string or a whole number")
		default:
			l.errorf(append(path, "code"), "has to be a string or a whole number")
		}
		if r.Kind == "" {
			l.needs(path, "kind", "needs kind: one of "+strings.Join(Kinds, ", "))
		} else if !slices.Contains(Kinds, r.Kind) {
			l.errorf(append(path, "kind"), "%q is none of %s%s", r.Kind, strings.Join(Kinds, ", "), Suggest(r.Kind, Kinds))
		}
		if r.EN == "" {
			l.needs(path, "en", "needs en: what it means and what to do")
		}
	}
}
