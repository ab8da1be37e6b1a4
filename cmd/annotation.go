package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// annotate repeats an error as an annotation for the runner of a CI job. The runner shows it
// beside the faulty line of a file or, if there is none, on the page of the run.
func (e *reporter) annotate(err error, message string, hints []string) {
	env := ci.Environment(e.out.env)
	if !env.Annotates() {
		return
	}
	var all []ci.Annotation
	for _, fault := range profile.ErrorsOf(err) {
		if fault.File != "" {
			text := withHint(e.out.in(fault.Problem), e.out.in(fault.Hint))
			all = append(all, ci.Annotation{File: env.InWorkspace(fault.File), Line: fault.Line, Title: fault.Key, Message: text})
		}
	}
	title := cmp.Or(e.called, "ssoctl") + ": "
	if check := (*failure.CheckError)(nil); errors.As(err, &check) {
		for _, f := range check.Findings {
			all = append(all, ci.Annotation{Title: title + f.About, Message: withHint(e.out.in(f.Problem), e.out.in(f.Hint))})
		}
	}
	if len(all) == 0 {
		all = append(all, ci.Annotation{Title: title + kindOf(err), Message: withHint(message, strings.Join(hints, " "))})
	}
	for _, a := range all {
		fmt.Fprint(e.out.commands, a.Command()) // a failed write to stderr has no place to be reported
	}
}

// withHint returns a message with a hint below it, if there is one, safe for a log.
func withHint(message, hint string) string {
	if hint != "" {
		message += "\nhint: " + hint
	}
	return printable.Lines(message)
}
