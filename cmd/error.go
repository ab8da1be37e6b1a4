package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// Short names for what most commands need.
var (
	usagef      = failure.Usagef
	withoutPath = failure.WithoutPath
)

// report prints an error on stderr, and a hint after it: as text or, with -o json, as JSON.
func (r *root) report(err error) {
	message := r.message(err)
	hint := r.hint(err).In(r.language())
	if r.wantsJSON() {
		r.reportJSON(err, message, hint)
		return
	}
	fmt.Fprintln(r.Err, "ssoctl: "+printableLines(err, message))
	if hint != "" {
		fmt.Fprintln(r.Err, "hint: "+terminal.Fit(r.Err, printable.Text(hint), len("hint: ")))
	}
}

// message returns err in the user's language, without secrets. The client has already
// redacted a vendor's message. A redirect comes from a browser and may contain the state.
func (r *root) message(err error) string {
	if errors.Is(err, context.Canceled) {
		return r.in(lang.Text{EN: "interrupted", ZH: "已中断"})
	}
	if errors.As(err, new(*loopback.CallbackError)) {
		return r.scrub.Scrub(r.spoken(err))
	}
	return r.spoken(err)
}

// spoken returns err in the user's language, or in English if it has no translation. It
// translates joined errors one by one.
func (r *root) spoken(err error) string {
	if _, translated := err.(interface{ Text() lang.Text }); !translated {
		if joined, ok := err.(interface{ Unwrap() []error }); ok { // such as a failure to write the recording as well
			var lines []string
			for _, err := range joined.Unwrap() {
				lines = append(lines, r.spoken(err))
			}
			return strings.Join(lines, "\n")
		}
	}
	return r.in(lang.Of(err))
}

// printableLines makes control characters and line breaks visible, so that a vendor's
// message cannot imitate our hints. Only the line breaks of our own lists stay.
func printableLines(err error, s string) string {
	if !errors.As(err, new(profile.Errors)) && !errors.As(err, new(*profile.MissingError)) {
		return printable.Text(s)
	}
	return printable.Lines(s)
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

func (r *root) reportJSON(err error, message, hint string) {
	kind := failure.Of(err)
	line, _ := printable.MarshalJSON(map[string]errorJSON{"error": { // text and numbers: cannot fail
		Kind: kind.String(), Exit: int(kind), Message: message, Hint: hint, Details: failure.DetailsOf(err), Resume: handoff.IsKept(err),
	}})
	fmt.Fprintf(r.Err, "%s\n", line) // an error on stderr cannot be reported
}
