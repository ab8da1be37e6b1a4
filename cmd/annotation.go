package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
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
			all = append(all, ci.Annotation{File: env.InWorkspace(fault.File), Line: fault.Line, Title: fault.Key, Message: e.out.in(fault.Problem), Hint: e.out.in(fault.Hint)})
		}
	}
	title := cmp.Or(e.called, "ssoctl") + ": "
	if check := (*failure.CheckError)(nil); errors.As(err, &check) {
		for _, f := range check.Findings {
			all = append(all, ci.Annotation{Title: title + f.About, Message: e.out.in(f.Problem), Hint: e.out.in(f.Hint)})
		}
	}
	if len(all) == 0 {
		all = append(all, ci.Annotation{Title: title + kindOf(err), Message: message, Hint: strings.Join(hints, " ")})
	}
	for _, a := range all {
		fmt.Fprint(e.out.commands, a.Command()) // a failed write to stderr has no place to be reported
	}
}
