package profile

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/suggestion"
)

// Lint returns the errors that [Load] does not check for: placeholders that nothing
// supplies, inputs that nothing uses, jq that does not parse, unknown kinds, and so
// on. It returns nil if there are none.
func (p *Profile) Lint() Errors { return p.lint(nil) }

// Check returns all errors of a profile: those that make [Load] fail, and what
// [Profile.Lint] finds in the rest.
func Check(name string, from Sources) Errors {
	m, err := assemble(name, from)
	if err != nil {
		return faultsOf(err)
	}
	return append(m.errs, m.p.lint(m.malformed)...).Sorted()
}

// faultsOf converts an error of this package to a list.
func faultsOf(err error) Errors {
	if faults := ErrorsOf(err); faults != nil {
		return faults
	}
	return Errors{{Problem: lang.Of(err)}}
}

// lint is Lint without the errors that merely follow from the malformed keys.
func (p *Profile) lint(malformed []string) Errors {
	running, stop := context.WithTimeout(context.Background(), maxLinting)
	defer stop()
	l := linter{p: p, running: running, broken: map[string]bool{}, used: map[string]bool{}, sizes: map[string]int{}, cyclic: map[string]bool{}}
	for _, key := range malformed {
		l.broken[key] = true
		if !strings.Contains(key, ".") {
			l.doubtful(key)
		}
	}
	for _, s := range p.Steps() {
		l.step(s)
		l.alternatives(s)
	}
	l.makes()
	if p.Scan != nil {
		l.scan(p.Scan)
	}
	for name := range p.Inputs {
		if oidc.IsInput(name) {
			l.isInput(name) // its default may contain other inputs
		}
	}
	l.inputs()
	l.values()
	l.refusals()
	for name := range p.NotOffered {
		if !slices.Contains(KnownSteps, name) {
			l.errorf([]string{"not_offered", string(name)}, lang.Text{EN: "unknown step%s", ZH: "没有这个步骤%s"}, suggestion.For(name, KnownSteps))
		}
	}
	return l.errs.Sorted()
}

type linter struct {
	p      *Profile
	errs   Errors
	used   map[string]bool // the inputs that something uses
	sizes  map[string]int  // see size
	cyclic map[string]bool // inputs of a cycle of defaults that has been reported
	broken map[string]bool // malformed keys
	within []string        // path of the table of the alternative request that is being checked; nil for none
	// unsureInputs and unsureSteps are set if a malformed or misspelt table may have been
	// meant as [inputs], or as a step: it is not known what that table would supply.
	unsureInputs, unsureSteps bool
	running                   context.Context // ends when the time for running expressions on examples is up
}

// doubtful records what the malformed table may have been meant to be.
func (l *linter) doubtful(table string) {
	l.unsureInputs = l.unsureInputs || suggestion.Nearest(table, []string{"inputs"}) != ""
	l.unsureSteps = l.unsureSteps || suggestion.Nearest(StepName(table), StepNames) != ""
}

func (l *linter) errorf(path []string, format lang.Text, args ...any) {
	path = l.placed(path)
	if !l.full() && !l.malformed(path...) {
		l.errs = append(l.errs, l.p.errorf(path, format, args...))
	}
}

// full reports whether enough errors have been found to stop looking.
func (l *linter) full() bool { return len(l.errs) >= maxFaults }

// malformed reports whether a key, or a table around it, is malformed, so that no more
// errors in it are reported.
func (l *linter) malformed(path ...string) bool {
	for n := range path {
		if l.broken[strings.Join(path[:n+1], ".")] {
			return true
		}
	}
	return false
}

// needs reports a missing key with this problem, unless the key is there but malformed or
// misspelt.
func (l *linter) needs(table []string, key string, problem lang.Text) {
	within := strings.Join(l.placed(table), ".") + "."
	for broken := range l.broken {
		if rest, ok := strings.CutPrefix(broken, within); ok && suggestion.Nearest(rest, []string{key}) != "" {
			return
		}
	}
	l.errorf(table, verbatim, problem)
}

func (l *linter) refusals() {
	for i, r := range l.p.Refusals {
		path := []string{"refusals", strconv.Itoa(i)}
		switch r.Code.(type) {
		case string, int64:
		case nil:
			l.needs(path, "code", lang.Text{EN: "missing key code: a string or a whole number", ZH: "缺少键 code：字符串或整数"})
		default:
			l.errorf(append(path, "code"), lang.Text{EN: "expected a string or a whole number", ZH: "应为字符串或整数"})
		}
		if r.Kind == "" {
			l.needs(path, "kind", lang.Sprintf(lang.Text{EN: "missing key kind: one of %s", ZH: "缺少键 kind，应为以下之一：%s"}, lang.List(Kinds)))
		} else if !slices.Contains(Kinds, r.Kind) {
			l.errorf(append(path, "kind"), lang.Text{EN: "unknown kind %q: expected one of %s%s", ZH: "没有 %q 这个 kind，应为以下之一：%s%s"}, r.Kind, lang.List(Kinds), suggestion.For(r.Kind, Kinds))
		}
		if r.EN == "" {
			l.needs(path, "en", lang.Text{EN: "missing key en: what the refusal means and what to do", ZH: "缺少键 en：这个错误码的含义和处理办法"})
		}
	}
}
