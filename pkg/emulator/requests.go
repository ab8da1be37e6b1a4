package emulator

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// Accepted is the value of [Filter].Refusal for requests that the vendor accepted:
// not refused, and with an HTTP status from 200 to 399.
const Accepted = "none"

// Filter selects requests of the ledger. A zero field matches all of them.
type Filter struct {
	Profile, Step string
	User          string // subject, username or name of the user concerned
	Refusal       string // one of profile.Kinds, or Accepted
	Since         int64  // only requests after the one with this number
	Limit         int    // only the latest Limit requests; 0 means all
}

// Requests returns the requests that match f, in the order of their responses. The
// ledger keeps the latest 10,000, and fewer if they take more than 40 MiB.
func (e *Emulator) Requests(f Filter) []Record {
	entries, _ := e.ledger.after(f.Since)
	out := []Record{}
	for _, n := range f.choose(entries) {
		out = append(out, n.record())
	}
	return out
}

// ForgetRequests empties the ledger and returns the number of requests that it held.
// Later requests continue the numbering.
func (e *Emulator) ForgetRequests() int { return e.ledger.clear() }

func (f Filter) choose(entries []*entry) []*entry {
	var out []*entry
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
func (f Filter) misses(n *entry) []string {
	var out []string
	for name, miss := range map[string]bool{
		"profile": f.Profile != "" && f.Profile != n.Profile,
		"step":    f.Step != "" && f.Step != n.Step,
		"user":    f.User != "" && (n.user == nil || !n.user.Is(f.User)),
		"refusal": f.Refusal != "" && f.Refusal != n.Refusal && (f.Refusal != Accepted || !n.accepted()),
	} {
		if miss {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (e *Event) accepted() bool {
	return e.Refusal == "" && e.Status >= http.StatusOK && e.Status < http.StatusBadRequest
}

// filterOf reads a Filter from the query, which may also contain the names in more.
// It returns an error for an unknown or repeated name, and for a profile, step, user or
// kind that does not exist.
func (e *Emulator) filterOf(r *http.Request, more ...string) (Filter, url.Values, error) {
	f, names := Filter{}, append([]string{"profile", "step", "user", "refusal", "since"}, more...)
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return f, nil, errors.New("query: " + err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		if !slices.Contains(names, name) {
			return f, nil, fmt.Errorf("query: unknown parameter %s: expected one of %s%s", orNothing(name), strings.Join(names, ", "), profile.Suggest(name, names))
		}
		if len(values) > 1 {
			return f, nil, fmt.Errorf("query: %s is given twice", name)
		}
	}
	f = Filter{Profile: query.Get("profile"), Step: query.Get("step"), User: query.Get("user"), Refusal: query.Get("refusal")}
	if f.Since, err = whole(query, "since", 0); err != nil {
		return f, nil, err
	}
	if limit, err := whole(query, "limit", 0); err != nil {
		return f, nil, err
	} else if f.Limit = int(min(limit, ledgerLimit)); limit == 0 && query.Has("limit") {
		return f, nil, errors.New("query: limit: expected a whole number, at least 1")
	}
	return f, query, e.checkFilter(f)
}

// checkFilter refuses filters that no request can match, so that a misspelt name does
// not look like an empty result.
func (e *Emulator) checkFilter(f Filter) error {
	if f.Profile != "" {
		if _, err := e.vendor(f.Profile); err != nil {
			return errors.New("query: " + strings.TrimPrefix(err.Error(), "emulator: "))
		}
	}
	if steps := e.stepNames(f.Profile); f.Step != "" && !slices.Contains(steps, f.Step) {
		return fmt.Errorf("query: no step %s is served here, only %s%s", printable.Value(f.Step), strings.Join(steps, ", "), profile.Suggest(f.Step, steps))
	}
	if _, err := e.user(f.User); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	if f.Refusal != "" && f.Refusal != Accepted && !slices.Contains(profile.Kinds, f.Refusal) {
		return fmt.Errorf("query: %s is not a kind of refusal: expected %s, or one of %s%s", printable.Value(f.Refusal), Accepted, strings.Join(profile.Kinds, ", "), profile.Suggest(f.Refusal, profile.Kinds))
	}
	return nil
}

// whole reads a whole number from the query. It returns least if the parameter is absent,
// and an error if the number is below least.
func whole(query url.Values, name string, least int64) (int64, error) {
	if !query.Has(name) {
		return least, nil
	}
	n, err := strconv.ParseInt(query.Get(name), 10, 64)
	if err != nil || n < least {
		return 0, fmt.Errorf("query: %s: expected a whole number, at least %d", name, least)
	}
	return n, nil
}

func (e *Emulator) listRequests(w http.ResponseWriter, r *http.Request) (int, error) {
	f, _, err := e.filterOf(r, "limit")
	if err != nil {
		return http.StatusBadRequest, err
	}
	entries, dropped := e.ledger.after(f.Since)
	setType(w.Header(), jsonText)
	stream(w, `{"requests":[`, f.choose(entries), func(n *entry) any { return n.record() }, fmt.Sprintf("],\"dropped\":%d}\n", dropped))
	return http.StatusOK, nil
}

// stream writes entries as a JSON list one by one, to save memory.
func stream(w io.Writer, before string, entries []*entry, each func(*entry) any, after string) {
	_, err := io.WriteString(w, before)
	for i, n := range entries {
		if err != nil {
			return // the client disconnected
		}
		if i > 0 {
			before = ","
		} else {
			before = ""
		}
		_, err = w.Write(append([]byte(before+"\n"), encode(each(n))...))
	}
	_, _ = io.WriteString(w, after)
}

func (e *Emulator) removeRequests(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]int{"removed": e.ForgetRequests()})
	return http.StatusOK, nil
}
