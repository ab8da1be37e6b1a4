package recipe

import (
	"iter"
	"net/http"
	"strings"
)

// Closest returns the candidate that a request fits best: the one with the fewest
// contradicting members, and among those the one with the fewest problems. The first of
// equals wins. A member contradicts the recipe if the recipe has a literal with another
// value, such as a grant_type, or does not have the member. A body of another type, or one
// that the recipe does not read, counts as many. Each candidate comes with the [Seen] of its
// recipe. Closest stops at the first candidate without problems. Without candidates, best is
// the zero value.
func Closest[T any](candidates iter.Seq2[T, Seen]) (best T, seen Seen) {
	var least misfit
	first := true
	for candidate, got := range candidates {
		if m := got.misfit(); first || m.less(least) {
			best, seen, least, first = candidate, got, m, false
		}
		if len(got.Problems) == 0 {
			break
		}
	}
	return best, seen
}

// unreadBody is the number of contradicting members for which a body counts that the recipe
// does not read.
const unreadBody = 1000

// misfit says how badly a request fits a recipe. Members that contradict the recipe weigh
// more than other problems, such as missing ones.
type misfit struct{ against, problems int }

func (m misfit) less(o misfit) bool {
	return m.against < o.against || m.against == o.against && m.problems < o.problems
}

func (s Seen) misfit() misfit {
	m := misfit{problems: len(s.Problems)}
	for _, p := range s.Problems {
		switch {
		case p.Placeholder != "" || p.Kind == Missing || p.Negotiates():
		case p.Kind == Unread && p.Member == "body", p.Member == "content-type":
			m.against += unreadBody
		default:
			m.against++
		}
	}
	return m
}

// Negotiates reports whether the member is a header that only states a client's
// preferences. A profile may have a constant value for it; other clients send their own.
func (p Problem) Negotiates() bool {
	name, isHeader := strings.CutPrefix(p.Member, "headers.")
	if !isHeader {
		return false
	}
	switch name = http.CanonicalHeaderKey(name); name {
	case "Accept", "Cache-Control", "Connection", "Pragma", "User-Agent", "X-Requested-With":
		return true
	default:
		return strings.HasPrefix(name, "Accept-")
	}
}
