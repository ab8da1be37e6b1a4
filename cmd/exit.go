package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// usageError is an error in the command line.
type usageError struct {
	problem lang.Text
	hint    lang.Text // zero: see --help
	cause   error     // may be nil
}

func (e *usageError) Error() string { return e.problem.EN }
func (e *usageError) Unwrap() error { return e.cause }

// Text is the error in both languages.
func (e *usageError) Text() lang.Text { return e.problem }

// usagef makes a usageError. It fills the format as [lang.Sprintf] does.
func usagef(format lang.Text, args ...any) error {
	return &usageError{problem: lang.Sprintf(format, args...)}
}

// exit is an exit code and its kind, as docs/output.md lists them.
type exit struct {
	code int
	kind string
}

// internal is the exit for a bug in ssoctl or a fault of the machine.
var internal = exit{1, "internal"}

// exitOf decides the exit code for an error.
func exitOf(err error) exit {
	is := func(targets ...any) bool {
		for _, t := range targets {
			if errors.As(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.Is(err, context.Canceled):
		return exit{130, "interrupted"}
	case is(new(*findings)):
		return exit{10, "failed_check"}
	case is(new(*login.TimeoutError), new(*noScanError), new(*client.BusyError)):
		return exit{9, "timeout"}
	case is(new(*loopback.CallbackError), new(*loopback.StrayError), new(*scanError)):
		return exit{8, "callback"}
	case is(new(*client.ProtocolError), new(*mirror.NoCodeError), new(*render.EnvError)):
		return exit{7, "protocol"}
	case is(new(*client.NetworkError)):
		return exit{6, "network"}
	case is(new(*profile.NotOfferedError)):
		return exit{5, "not_offered"}
	case is(new(*client.Refusal)):
		return exit{4, "refused"}
	case is(new(*profile.Error), new(profile.Errors), new(*profile.MissingError), new(*keyring.Error), new(*private.Error)):
		return exit{3, "profile"}
	case is(new(*usageError), new(*unknownError), new(*client.ArgumentError), new(*render.UsageError), new(*render.JQError), new(*loopback.ListenError), new(*mirror.NoBrowserError)):
		return exit{2, "usage"}
	}
	return internal
}

// report prints an error on stderr, and a hint after it: as text or, with -o json, as JSON.
func (r *root) report(err error) {
	message := r.message(err)
	hint := hintFor(err, r).In(r.language())
	if r.format == render.JSON || r.format == "" && r.output == string(render.JSON) {
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

// failure is an error in JSON, for scripts.
type failure struct {
	Kind          string `json:"kind"`
	Exit          int    `json:"exit"`
	Message       string `json:"message"`
	Hint          string `json:"hint,omitempty"`
	Profile       string `json:"profile,omitempty"`
	Step          string `json:"step,omitempty"`
	Refusal       string `json:"refusal,omitempty"`
	VendorCode    string `json:"vendor_code,omitempty"`
	VendorMessage string `json:"vendor_message,omitempty"`
	HTTPStatus    int    `json:"http_status,omitempty"`
	TraceID       string `json:"trace_id,omitempty"`
	RequestID     string `json:"request_id,omitempty"`
	Resume        bool   `json:"resume,omitempty"` // login --resume can continue this login
}

func (r *root) reportJSON(err error, message, hint string) {
	end := exitOf(err)
	f := failure{Kind: end.kind, Exit: end.code, Message: message, Hint: hint, Resume: handoff.IsKept(err)}
	var (
		refusal    *client.Refusal
		protocol   *client.ProtocolError
		network    *client.NetworkError
		argument   *client.ArgumentError
		notOffered *profile.NotOfferedError
		missing    *profile.MissingError
		timeout    *login.TimeoutError
		busy       *client.BusyError
		scan       *scanError
		mirrored   *mirrorError
	)
	switch {
	case errors.As(err, &refusal):
		f.Profile, f.Step, f.Refusal, f.HTTPStatus = refusal.Profile, refusal.Step, refusal.Kind, refusal.Status
		f.VendorCode, f.VendorMessage, f.TraceID, f.RequestID = refusal.Code, refusal.Said(), refusal.TraceID, refusal.RequestID
	case errors.As(err, &protocol):
		f.Profile, f.Step, f.HTTPStatus, f.RequestID = protocol.Profile, protocol.Step, protocol.Status, protocol.RequestID
	case errors.As(err, &network):
		f.Profile, f.Step = network.Profile, network.Step
	case errors.As(err, &argument):
		f.Profile, f.Step = argument.Profile, argument.Step
	case errors.As(err, &notOffered):
		f.Profile, f.Step = notOffered.Profile, notOffered.Step
	case errors.As(err, &missing):
		f.Profile = missing.Profile
	case errors.As(err, &timeout):
		f.Profile = timeout.Profile
	case errors.As(err, &busy):
		f.Profile, f.Step = busy.Profile, busy.Step
	case errors.As(err, &scan):
		f.Profile = scan.profile
	case errors.As(err, &mirrored):
		f.Profile, f.Step = mirrored.profile, "authorize"
	}
	line, _ := printable.MarshalJSON(map[string]failure{"error": f}) // text and numbers: cannot fail
	fmt.Fprintf(r.Err, "%s\n", line)                                 // an error on stderr cannot be reported
}
