package loopback

import (
	"fmt"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// StrayError is a redirect that is not the awaited one. It changes nothing.
type StrayError struct {
	Reason Reason
	// Problem says what is wrong, without anything that came.
	Problem lang.Text
	// Detail names what came, where that helps: never a code, a state or another
	// value, and safe for a terminal.
	Detail string
}

func (e *StrayError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *StrayError) Text() lang.Text {
	if e.Detail == "" {
		return e.Problem
	}
	return lang.Text{EN: e.Problem.EN + ": " + e.Detail, ZH: e.Problem.In(lang.ZH) + "：" + e.Detail}
}

// Hint says what to do about it, or what it may come from. It may be empty.
func (e *StrayError) Hint() lang.Text { return reasons[e.Reason].hint }

// NewStray is a redirect that is not the awaited one for a Reason that has one
// sentence of its own.
func NewStray(r Reason) *StrayError { return &StrayError{Reason: r, Problem: reasons[r].problem} }

// detailed adds what came. It keeps strangers from writing sentences there.
func (e *StrayError) detailed(detail string) *StrayError {
	const limit = 120 // characters
	e.Detail = printable.Cut(detail, limit)
	return e
}

// naming puts names into the sentence of a Reason that leaves room for them.
func naming(r Reason, names ...string) *StrayError {
	return &StrayError{Reason: r, Problem: lang.Text{
		EN: fmt.Sprintf(reasons[r].problem.EN, strings.Join(names, " or ")),
		ZH: fmt.Sprintf(reasons[r].problem.ZH, strings.Join(names, " 或 ")),
	}}
}

// shown is what the browser's page says: all that is wrong with a state is one
// sentence there, so that nobody can guess it piece by piece.
func (e *StrayError) shown() lang.Text {
	if e.Reason >= stateChanges && e.Reason <= StateOther {
		return reasons[StateOther].problem
	}
	return e.Problem
}

// Strays counts what the listeners of one login did not take, and has it told
// within bounds, whoever sends it. It must not be copied.
type Strays struct {
	// Tell is told of the first hit of each Reason, and again of the second, the
	// fourth, and so on up to the last of maxTold. Calls do not overlap. It may be
	// nil.
	Tell func(Stray)

	telling sync.Mutex

	mu    sync.Mutex
	times [reasonCount]int
	total int
	last  *StrayError
}

// Stray is one hit that was not taken.
type Stray struct {
	*StrayError
	Times int // how often this Reason has come by now
}

// Last reports whether further hits of this Reason are counted, but not told.
func (s Stray) Last() bool { return s.Times == maxTold }

// maxTold is the last hit of a Reason that is told; tellings is how many are.
const (
	maxTold  = 16
	tellings = 5
)

// Add counts a hit that is not the awaited redirect, and tells of it.
func (s *Strays) Add(e *StrayError) {
	if stray, tell := s.add(e); tell {
		s.tell(stray)
	}
}

func (s *Strays) tell(stray Stray) {
	if s.Tell != nil {
		s.telling.Lock()
		defer s.telling.Unlock()
		s.Tell(stray)
	}
}

// add counts a hit, and reports whether it is to be told.
func (s *Strays) add(e *StrayError) (Stray, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	s.last = e
	s.times[e.Reason]++
	n := s.times[e.Reason]
	return Stray{e, n}, n <= maxTold && n&(n-1) == 0
}

// Counted returns how many hits were not taken, and the last of them; nil where
// there was none.
func (s *Strays) Counted() (int, *StrayError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total, s.last
}
