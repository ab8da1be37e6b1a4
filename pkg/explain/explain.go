// Package explain identifies text that came from a vendor: an error code, a response, a
// redirect URL, or a log that contains any of these. It reports which profiles recognise
// the text, and what they say about it.
//
// Call [Read] to read from a stream of up to [MaxText] bytes, or [Find] for a string.
// [All] lists every code that the profiles describe. [Nearest] suggests codes for a text
// that no profile recognises.
//
// An [Input] is a file or another stream; reading it can show progress. A [View] shows what
// was found to a person or a program. [Unknown] is the error if nothing was found.
package explain

import (
	"context"
	"io"
	"regexp"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// How says how a text was recognised. A lower value is a better match.
type How int

// The values of How, best first.
const (
	Listed   How = iota // a refusal that the profile lists
	Yes                 // a response with every value that the step reads, or a callback with a code
	Unlisted            // a refusal that the profile does not list
	NotAPI              // a response that no step accepts: an HTML page or a redirect
	none                // not recognised
)

// Found is one reading of a text.
type Found struct {
	How      How
	Profiles []*profile.Profile // profiles that read the text this way, best match first
	// Attributed reports whether the text came from a vendor in Profiles, because these list
	// the code or others of its form, or because the caller chose a single profile. If it is
	// false, the profiles merely accept responses of this shape.
	Attributed bool
	Steps      []profile.StepName // steps of Profiles[0] that can receive this response; nil for a bare code
	Code       string             // the vendor's code; "" if not a refusal
	Message    string             // the part of the message that decides between several meanings of Code; "" if none does
	Kind       profile.Kind       // "" if not a refusal
	Status     int                // the HTTP status; 0 if the text has no status line
	Page       bool               // the refusal is a web page, not an API response
	// RetryAfter is the time that the server asks clients to wait; 0 if it does not ask.
	RetryAfter time.Duration
	Meaning    lang.Text // the profile's explanation of the refusal
	// Emulated reports whether the text is what an emulator logged about a request that it
	// refused. Meaning says what was wrong with that request, then what the code means.
	Emulated bool
	Guess    lang.Text // what is unverified in the profile, and why; zero if nothing is
	Line     int       // number of the first line with this reading, from 1; 0 if the text has one line or was read as a whole
	LastLine int       // number of the last line with this reading
	Lines    int       // count of lines with this reading

	named   bool // the text contains the profile's name or its vendor's host
	unsure  bool // a number that may not be a code
	status  bool // read from an HTTP status alone, so not specific to a profile
	partial bool // the response has a sign of a refusal that the step does not send
}

// Report is the result of [Read].
type Report struct {
	Found []Found // best first; empty if no profile recognises the text
	// More counts the lines with unlisted codes or refusals of an emulator that are not in
	// Found, because Found holds at most [Most] of them.
	More int
	// Blank reports whether the text contains only white space.
	Blank bool
}

// Find is [Read] for a string. It returns nil on an error.
func Find(ctx context.Context, text string, profiles []*profile.Profile) []Found {
	report, err := Read(ctx, strings.NewReader(text), profiles)
	if err != nil {
		return nil
	}
	return report.Found
}

// Read reads in to its end and reports what each profile recognises. It first tries the
// text as a single code, response or redirect URL. If that is inconclusive, it looks for
// JSON objects and reads the text line by line. Time is linear in the length of the text;
// memory is bounded. The error is [ErrTooLong], ctx.Err(), or an error from in.
func Read(ctx context.Context, in io.Reader, profiles []*profile.Profile) (Report, error) {
	e := newExplainer(profiles)
	s := &stream{explainer: e, in: in, line: 1, objectLine: 1, objects: objects{map[int64]int64{}}}
	s.collector.known = map[identity]*Found{}
	if err := s.read(ctx); err != nil {
		return Report{}, err
	}
	return Report{s.collector.best(e.alone), s.collector.more, s.contentLines == 0}, nil
}

// explainer holds the profiles and everything derived from them.
type explainer struct {
	profiles  []*profile.Profile
	alone     bool // the caller chose a single profile
	index     *index
	readers   []*reader // made by prepare
	questions *questions
	meanings  meanings
	status    *regexp.Regexp
	statuses  map[string][]Found // memo of ofStatus, by status
	page      []Found            // memo of judged for a web page without a status
}

func newExplainer(profiles []*profile.Profile) *explainer {
	return &explainer{
		profiles: profiles, index: newIndex(profiles), alone: len(profiles) == 1, statuses: map[string][]Found{},
		status: regexp.MustCompile(`\b(?:http(?:/[\d.]+)?|status(?:[ _-]?code)?)\\?["']?[ :=]*([45]\d\d)\b`),
	}
}

// prepare makes the readers. A bare code needs none.
func (e *explainer) prepare() {
	if e.questions == nil {
		e.readers, e.questions = readersOf(e.profiles)
	}
}

// whole reads a text as a single code, kind, response or redirect URL, or as the responses
// of a HAR file.
func (e *explainer) whole(ctx context.Context, text string) []Found {
	if found := e.index.named(text); len(found) > 0 {
		return found
	}
	var found []Found
	for _, a := range parseHAR(text) {
		found = append(found, e.judged(ctx, a)...)
	}
	if len(found) > 0 {
		return found
	}
	a, ok := parse(text)
	if !ok {
		return nil
	}
	return e.responded(ctx, a, text)
}
