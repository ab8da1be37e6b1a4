package loopback

import (
	"cmp"
	"net/url"
	"strings"
)

// judgeState returns nil if there is exactly one state and it is the expected one.
func (e Expect) judgeState(query url.Values) *StrayError {
	if len(query["state"]) != 1 {
		return e.WithoutState(query)
	}
	got := query.Get("state")
	if equal(e.State, got) {
		return nil
	}
	if e.Logout {
		return NewStray(LogoutStateOther)
	}
	return NewStray(Change(e.State, got))
}

// WithoutState says what is wrong with a redirect that has no state or several.
func (e Expect) WithoutState(query url.Values) *StrayError {
	refusal := ""
	for _, name := range e.errorParams() {
		refusal = cmp.Or(refusal, query.Get(name))
	}
	switch {
	case query.Has("state"):
		return NewStray(SeveralStates)
	case refusal != "":
		stray := NewStray(ErrorWithoutState)
		if isName(refusal) { // anyone could have sent it, so show no sentences
			stray = stray.detailed(refusal)
		}
		return stray
	case e.Logout:
		return NewStray(LogoutNoState)
	case !e.answers(query):
		return NewStray(Empty)
	}
	if e.KnownNoState {
		return NewStray(KnownNoState)
	}
	return NewStray(NoState)
}

// Change returns the [Reason] that says how the state want became got on the way here, or
// [StateOther] if they are unrelated. Its run time does not reveal which.
func Change(want, got string) Reason {
	reason := StateOther
	for r, original := range Originals(got) {
		if equal(want, original) {
			reason = r
		}
	}
	switch w, g := len(want), len(got); {
	case g > w:
		appended, prepended := equal(want, got[:w]), equal(want, got[g-w:])
		if appended {
			reason = StateAppended
		}
		if prepended {
			reason = StatePrepended
		}
	case g < w && 2*g >= w:
		if equal(want[:g], got) {
			reason = StateCut
		}
	}
	return reason
}

// Originals returns the states that could have become state on the way here, by the
// [Reason] that describes the change.
func Originals(state string) map[Reason]string {
	decoded, err := url.PathUnescape(state) // keeps +
	if err != nil {
		decoded = state
	}
	return map[Reason]string{
		StateSpace:   strings.ReplaceAll(state, " ", "+"),
		StatePlus:    strings.ReplaceAll(state, "+", " "),
		StateEncoded: decoded,
	}
}
