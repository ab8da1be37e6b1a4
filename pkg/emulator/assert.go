package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// unmet is the response to an assertion that does not hold.
type unmet struct {
	Error   string            `json:"error"`
	Filters map[string]string `json:"filters"`
	Wanted  string            `json:"wanted"`
	Found   int               `json:"found"`
	// Without counts, for each filter, the requests that only this filter excludes.
	Without map[string]int `json:"left_out_by_only"`
	// Nearest are the requests that fail the fewest filters, latest first.
	Nearest []string `json:"nearest"`
	Dropped int64    `json:"dropped,omitempty"` // requests that the ledger no longer holds
}

// assert responds with 200 if the number of requests that match the filters is
// count, or at least 1 without a count. Otherwise it responds with 417 and unmet.
func (e *Emulator) assert(w http.ResponseWriter, r *http.Request) (int, error) {
	f, query, err := e.filterOf(r, "count")
	if err != nil {
		return http.StatusBadRequest, err
	}
	count, err := whole(query, "count", 0)
	if err != nil {
		return http.StatusBadRequest, err
	}
	entries, dropped := e.ledger.after(f.Since)
	found, wanted := len(f.choose(entries)), "at least 1"
	holds := found > 0
	if query.Has("count") {
		holds, wanted = int64(found) == count, fmt.Sprint(count)
	}
	if holds {
		writeJSON(w, http.StatusOK, map[string]int{"found": found})
		return http.StatusOK, nil
	}
	query.Del("count")
	d := unmet{Filters: map[string]string{}, Wanted: wanted, Found: found, Without: map[string]int{}, Nearest: []string{}, Dropped: dropped}
	var filters []string
	for name := range query {
		d.Filters[name] = query.Get(name)
		filters = append(filters, name+"="+query.Get(name))
	}
	slices.Sort(filters)
	d.Error = strings.TrimSuffix(fmt.Sprintf("wanted %s, found %d with %s", wanted, found, strings.Join(filters, " ")), " with ")
	for _, n := range entries {
		if misses := f.misses(n); len(misses) == 1 {
			d.Without[misses[0]]++
		}
	}
	for _, n := range f.nearest(entries) {
		d.Nearest = append(d.Nearest, n.line(f.misses(n)))
	}
	writeJSON(w, http.StatusExpectationFailed, d)
	return http.StatusExpectationFailed, nil
}

// nearest returns the 5 entries that fail the fewest filters, latest first.
func (f Filter) nearest(entries []*entry) []*entry {
	const most = 5
	near := slices.Clone(entries)
	slices.Reverse(near)
	misses := map[*entry]int{}
	for _, n := range near {
		misses[n] = len(f.misses(n))
	}
	slices.SortStableFunc(near, func(a, b *entry) int { return cmp.Compare(misses[a], misses[b]) })
	return near[:min(len(near), most)]
}

// line describes the outcome of a request in one line. misses are the filters that
// it fails.
func (n *entry) line(misses []string) string {
	line := strings.TrimSpace(n.Profile+" "+n.Step) + ":"
	if line == ":" {
		line = "no profile:"
	}
	line = fmt.Sprintf("#%d %s %s %s %d", n.ID, line, n.Method, n.Path, n.Status)
	if n.User != "" {
		line += " for " + n.User
	}
	if n.Refusal != "" {
		line += " refused: " + n.Refusal
	}
	if n.Diagnosis != "" {
		line += ": " + n.Diagnosis
	}
	if len(misses) > 0 {
		line += " (differs in " + strings.Join(misses, ", ") + ")"
	}
	return line
}
