package cmd

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/record"
	"ssoctl/pkg/terminal"
)

// reporter tells how a command ended: on stderr, in the report, and with hints.
type reporter struct {
	out   *printer
	conf  *config
	conn  *connection
	rec   *recording
	curls *curls
	tree  *root
	now   func() time.Time

	called string // the running command, such as "ssoctl profile lint"
	// noVerifier: a code was sent without code_verifier, although the profile uses PKCE.
	noVerifier bool
}

// report prints an error on stderr, and a hint after it: as text or, with -o json, as JSON.
func (e *reporter) report(err error) {
	message := e.message(err)
	hints := e.hints(err)
	if e.out.wantsJSON() {
		e.reportJSON(err, message, strings.Join(hints, "\n"))
		return
	}
	fmt.Fprintln(e.out.stderr, "ssoctl: "+printableLines(err, message))
	for _, hint := range hints {
		fmt.Fprintln(e.out.stderr, "hint: "+terminal.Fit(e.out.stderr, printable.Text(hint), len("hint: ")))
	}
	e.annotate(err, message, hints)
}

// message returns err in the user's language, without secrets. The client has already
// redacted a vendor's message. A redirect comes from a browser and may contain the state.
func (e *reporter) message(err error) string {
	if errors.Is(err, context.Canceled) {
		return e.out.in(lang.Text{EN: "interrupted", ZH: "已中断"})
	}
	if callback := (*loopback.CallbackError)(nil); errors.As(err, &callback) {
		callback.Scrub(e.rec.scrub.Scrub)
	}
	return failure.Text(err).In(e.out.language())
}

// printableLines makes control characters and line breaks visible, so that a vendor's
// message cannot imitate our hints. Only the line breaks of our own lists stay.
func printableLines(err error, s string) string {
	if failure.IsList(err) {
		return printable.Lines(s)
	}
	return printable.Text(s)
}

// errorJSON is an error in JSON, for scripts.
type errorJSON struct {
	Kind    string `json:"kind"`
	Exit    int    `json:"exit"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	failure.Details
	Resume bool `json:"resume,omitempty"` // login --resume can continue this login
}

func (e *reporter) reportJSON(err error, message, hint string) {
	line, _ := printable.MarshalJSON(map[string]errorJSON{"error": { // text and numbers: cannot fail
		Kind: kindOf(err), Exit: int(failure.Of(err)), Message: message, Hint: hint, Details: failure.DetailsOf(err), Resume: handoff.IsKept(err),
	}})
	fmt.Fprintf(e.out.stderr, "%s\n", line) // an error on stderr cannot be reported
}

// kindOf returns the word for the kind of an error, as docs/output.md lists them.
func kindOf(err error) string {
	if failure.IsOfProgram(err) {
		return "command"
	}
	return failure.Of(err).String()
}

// page is what the report contains besides the calls. failed is the command's error;
// nil if there is none.
func (e *reporter) page(failed error) record.Report {
	o := record.Report{
		Command: e.called, At: e.now(), Lang: e.out.language(), Findings: e.rec.findings, Notes: e.rec.notes,
		Versions: []record.Field{{Name: "ssoctl", Value: version()}, {Name: "Go", Value: strings.TrimPrefix(runtime.Version(), "go")}, {Name: runtime.GOOS, Value: runtime.GOARCH}},
	}
	if e.conf.loaded != nil {
		o.Profile = e.conf.loaded.Name
		o.Vendor = e.conf.loaded.VendorName(e.out.language())
	}
	if failed != nil {
		o.Error, o.Hint = e.message(failed), strings.Join(e.hints(failed), "\n")
	}
	return o
}
