package emulator

import (
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
	// Nearest are the requests that fail the fewest filters, the nearest first.
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
	entries, dropped := e.ledger.After(f.Since)
	a, found := Assertion{Filter: f, Counted: query.Has("count"), Count: count}, len(f.Choose(entries))
	if a.holds(found) {
		writeJSON(w, http.StatusOK, map[string]int{"found": found})
		return http.StatusOK, nil
	}
	query.Del("count")
	d := unmet{Filters: map[string]string{}, Wanted: a.wanted(), Found: found, Dropped: dropped}
	var filters []string
	for name := range query {
		d.Filters[name] = query.Get(name)
		filters = append(filters, name+"="+query.Get(name))
	}
	slices.Sort(filters)
	d.Error = strings.TrimSuffix(fmt.Sprintf("wanted %s, found %d with %s", a.wanted(), found, strings.Join(filters, " ")), " with ")
	d.Without, d.Nearest = f.Explain(entries)
	writeJSON(w, http.StatusExpectationFailed, d)
	return http.StatusExpectationFailed, nil
}
