// Package explain finds out what a text says that a vendor gave somebody: a
// code, an answer, a redirected address, or a log that holds some of them.
// [Read] reads one of any length up to [MaxText], [Find] one that is at hand.
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

// How is the way in which a text was understood. A lower one is the better.
type How int

// The ways.
const (
	Listed    How = iota // a refusal that the profile lists
	Yes                  // an answer with all that the step reads, or a callback with a code
	Unlisted             // a refusal that the profile does not list
	Senseless            // an answer that no step can have: a page, a redirect
	none
)

// Found is one reading of a text.
type Found struct {
	How      How
	Profiles []*profile.Profile // that read it alike; the first is nearest
	// Attributed says that the text is these profiles': they list the code, or one alone
	// was asked. Others merely read responses of this shape.
	Attributed bool
	Steps      []string // of the first profile, whose answer it may be; none of a mere code
	Code       string   // the vendor's, of a refusal
	Kind       string   // one of profile.Kinds, of a refusal
	Status     int      // HTTP, of an answer with its head
	Page       bool     // a page refused, in place of an API
	// RetryAfter is how long the server asks to wait; 0 where it does not say.
	RetryAfter time.Duration
	Meaning    lang.Text // what the profile says of the refusal
	Guess      lang.Text // what of that is not known for sure
	Line       int       // the first line that says so, from 1; 0 when the text was read as one
	LastLine   int       // the last one
	Lines      int       // how many lines say so

	named  bool // the text names the profile
	unsure bool // a number that need not be a code
	status bool // of a mere HTTP status, which is no profile's
}

// Report is what a text says.
type Report struct {
	Found []Found // best first; empty when no profile recognises the text
	// More counts the lines with codes that no profile lists, beyond the MostUnlisted ones
	// in Found.
	More int
	// Blank says that there is no text.
	Blank bool
}

// Find reads a text that is at hand: see [Read].
func Find(ctx context.Context, text string, profiles []*profile.Profile) []Found {
	report, err := Read(ctx, strings.NewReader(text), profiles)
	if err != nil {
		return nil
	}
	return report.Found
}

// Read reads a text with the eyes of each profile. One that is not a single answer is
// searched for answers and read line by line as it comes, in time that grows with its
// length and in memory that does not. The error is ErrTooLong, or that of ctx or in.
func Read(ctx context.Context, in io.Reader, profiles []*profile.Profile) (Report, error) {
	e := &explainer{
		profiles: profiles, index: newIndex(profiles), alone: len(profiles) == 1, statuses: map[string][]Found{},
		status: regexp.MustCompile(`\b(?:http(?:/[\d.]+)?|status(?:[ _-]?code)?)\\?["']?[ :=]*([45]\d\d)\b`),
	}
	s := &stream{explainer: e, in: in, line: 1, objectLine: 1, objects: objects{map[int64]int64{}}}
	s.collector.known = map[identity]*Found{}
	if err := s.read(ctx); err != nil {
		return Report{}, err
	}
	return Report{s.collector.best(e.alone), s.collector.more, s.contentLines == 0}, nil
}

// explainer is what the profiles know. Readers are made when the first answer is judged:
// a mere code needs none.
type explainer struct {
	profiles []*profile.Profile
	alone    bool // one profile was chosen
	index    *index
	readers  []*reader
	status   *regexp.Regexp
	statuses map[string][]Found // by status, what ofStatus says
	page     []Found            // what judged says of a page
}

func (e *explainer) profileReaders() []*reader {
	if e.readers == nil {
		e.readers = readersOf(e.profiles)
	}
	return e.readers
}

// whole reads a text as one thing: a code, a kind, or something to judge.
func (e *explainer) whole(ctx context.Context, text string) []Found {
	if found := e.index.named(text); len(found) > 0 {
		return found
	}
	a, ok := parse(text)
	if !ok {
		return nil
	}
	return e.judged(ctx, a)
}
