package loopback

import (
	"strings"
	"sync"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// StrayError says why a redirect is not the awaited one. Such a redirect changes
// nothing.
type StrayError struct {
	Reason Reason
	// Problem says what is wrong, without quoting the request.
	Problem lang.Text
	// Detail names a part of the request, if that helps. It is safe for a terminal and
	// never contains a code, a state or another value.
	Detail string
}

func (e *StrayError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback].
func (*StrayError) Failure() failure.Kind { return failure.Callback }

// Text is the error in both languages.
func (e *StrayError) Text() lang.Text {
	if e.Detail == "" {
		return e.Problem
	}
	return lang.Text{EN: e.Problem.EN + ": " + e.Detail, ZH: e.Problem.In(lang.ZH) + "：" + e.Detail}
}

// Hint suggests a cause or a remedy. It may be empty.
func (e *StrayError) Hint() lang.Text { return reasons[e.Reason].hint }

// NewStray returns a StrayError for a Reason whose text needs no names.
func NewStray(r Reason) *StrayError { return &StrayError{Reason: r, Problem: reasons[r].problem} }

// detailed adds a detail. It is cut, so that a stranger's request cannot display long texts.
func (e *StrayError) detailed(detail string) *StrayError {
	const limit = 120 // characters
	e.Detail = printable.Cut(detail, limit)
	return e
}

// naming returns a StrayError for a Reason whose text contains names.
func naming(r Reason, names ...string) *StrayError {
	list := lang.Text{EN: strings.Join(names, " or "), ZH: strings.Join(names, " 或 ")}
	return &StrayError{Reason: r, Problem: lang.Sprintf(reasons[r].problem, list)}
}

// shown returns the text for the page in the browser. All problems with a state have
// the same text there, so that nobody can guess a state piece by piece.
func (e *StrayError) shown() lang.Text {
	if e.Reason >= stateChanges && e.Reason <= StateOther {
		return reasons[StateOther].problem
	}
	return e.Problem
}

// Strays counts the stray requests of one login and reports a limited number of them.
// It must not be copied.
type Strays struct {
	// Report reports a stray: the first one of each Reason, the second, the fourth, and
	// so on up to maxReported. Calls do not overlap. It may be nil.
	Report func(Stray)

	reporting sync.Mutex

	mu    sync.Mutex
	times [reasonCount]int
	total int
	last  *StrayError
}

// Stray is one stray request.
type Stray struct {
	*StrayError
	Times int // number of requests with this Reason so far
}

// Last reports whether later requests with this Reason are counted but not reported.
func (s Stray) Last() bool { return s.Times == maxReported }

// maxReported is the number of strays with one Reason after which no more are reported.
// reportsPerReason is the number of reports until then.
const (
	maxReported      = 16
	reportsPerReason = 5
)

// Add counts a stray request and reports it.
func (s *Strays) Add(e *StrayError) {
	if stray, reported := s.add(e); reported {
		s.report(stray)
	}
}

func (s *Strays) report(stray Stray) {
	if s.Report != nil {
		s.reporting.Lock()
		defer s.reporting.Unlock()
		s.Report(stray)
	}
}

// add counts a stray request and returns whether to report it.
func (s *Strays) add(e *StrayError) (Stray, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	s.last = e
	s.times[e.Reason]++
	n := s.times[e.Reason]
	return Stray{e, n}, n <= maxReported && n&(n-1) == 0
}

// Counted returns the number of stray requests and the last one, nil if there was
// none.
func (s *Strays) Counted() (int, *StrayError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total, s.last
}
