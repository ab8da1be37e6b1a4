package ledger

import (
	"cmp"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
)

// Accepted is the value of [Filter].Refusal for requests that the vendor accepted:
// not refused, and with an HTTP status from 200 to 399.
const Accepted = "none"

// Filter selects requests of the ledger. A zero field matches all of them.
type Filter struct {
	Profile string
	Step    profile.StepName
	User    string       // subject, username or name of the user concerned
	Refusal profile.Kind // or Accepted
	Since   int64        // only requests after the one with this number
	Limit   int          // only the latest Limit requests; 0 means all
}

// Choose returns the entries that match the filter, at most Limit.
func (f Filter) Choose(entries []*Entry) []*Entry {
	var out []*Entry
	for _, n := range entries {
		if len(f.misses(n)) == 0 {
			out = append(out, n)
		}
	}
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[len(out)-f.Limit:]
	}
	return out
}

// misses returns the names of the filters that an entry fails.
func (f Filter) misses(n *Entry) []string {
	var out []string
	for name, miss := range map[string]bool{
		"profile": f.Profile != "" && f.Profile != n.Profile,
		"step":    f.Step != "" && f.Step != n.Step,
		"user":    f.User != "" && !slices.ContainsFunc(n.user, func(name string) bool { return strings.EqualFold(name, f.User) }),
		"refusal": f.Refusal != "" && f.Refusal != n.Refusal && (f.Refusal != Accepted || !n.accepted()),
	} {
		if miss {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Explain says why too few entries match the filter. without counts, by the name of a filter,
// the entries that fail only that one. nearest describes the entries of [Filter.Nearest].
func (f Filter) Explain(entries []*Entry) (without map[string]int, nearest []string) {
	without, nearest = map[string]int{}, []string{}
	for _, n := range entries {
		if misses := f.misses(n); len(misses) == 1 {
			without[misses[0]]++
		}
	}
	for _, n := range f.Nearest(entries) {
		nearest = append(nearest, n.compared(f.misses(n)))
	}
	return without, nearest
}

// Nearest returns the 5 entries that fail the fewest filters. Of those that fail equally many,
// requests to the step of the filter come first, then the latest.
func (f Filter) Nearest(entries []*Entry) []*Entry {
	const maxNearest = 5
	near := slices.Clone(entries)
	slices.Reverse(near)
	misses := map[*Entry]int{}
	for _, n := range near {
		missed := f.misses(n)
		misses[n] = 2 * len(missed)
		if slices.Contains(missed, "step") {
			misses[n]++
		}
	}
	slices.SortStableFunc(near, func(a, b *Entry) int { return cmp.Compare(misses[a], misses[b]) })
	return near[:min(len(near), maxNearest)]
}
