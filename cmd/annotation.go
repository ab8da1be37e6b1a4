package cmd

import (
	"cmp"
	"fmt"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/printable"
)

// annotate repeats an error as an annotation for the runner of a CI job. The runner shows it
// beside the faulty line of a file or, if there is none, on the page of the run.
func (e *reporter) annotate(err error, message, hint string) {
	env := ci.Environment(e.out.env)
	if !env.Annotates() {
		return
	}
	var all []ci.Annotation
	for _, fault := range faultsOf(err) {
		if fault.File != "" {
			text := withHint(e.out.in(fault.Problem), e.out.in(fault.Hint))
			all = append(all, ci.Annotation{File: env.InWorkspace(fault.File), Line: fault.Line, Title: fault.Key, Message: text})
		}
	}
	if len(all) == 0 {
		all = append(all, ci.Annotation{Title: cmp.Or(e.called, "ssoctl") + ": " + failure.Of(err).String(), Message: withHint(message, hint)})
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
