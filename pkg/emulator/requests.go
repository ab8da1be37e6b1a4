package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/suggestion"
)

// Requests returns the requests that match f, in the order of their responses. The ledger
// keeps the latest 10,000, or fewer if they take more than 40 MiB.
func (e *Emulator) Requests(f Filter) []Record {
	entries, _ := e.ledger.After(f.Since)
	out := []Record{}
	for _, n := range f.Choose(entries) {
		out = append(out, n.Record())
	}
	return out
}

// ForgetRequests empties the ledger and returns the number of requests that it held.
// Later requests continue the numbering.
func (e *Emulator) ForgetRequests() int { return e.ledger.Clear() }

// filterOf reads a Filter from the query, which may also contain the names in more.
// It returns an error for an unknown or repeated name, and for a profile, step, user or
// kind that does not exist.
func (e *Emulator) filterOf(r *http.Request, more ...string) (Filter, url.Values, error) {
	f, names := Filter{}, append([]string{"profile", "step", "user", "refusal", "since"}, more...)
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return f, nil, inQuery(err)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		if !slices.Contains(names, name) {
			return f, nil, lang.Errorf(lang.Text{
				EN: "query: unknown parameter %s: expected one of %s%s",
				ZH: "query：没有参数 %s，应为 %s 之一%s",
			}, orNothing(name), lang.List(names), suggestion.For(name, names))
		}
		if len(values) > 1 {
			return f, nil, lang.Errorf(lang.Text{EN: "query: %s is given twice", ZH: "query：%s 重复"}, name)
		}
	}
	f = Filter{Profile: query.Get("profile"), Step: profile.StepName(query.Get("step")), User: query.Get("user"), Refusal: profile.Kind(query.Get("refusal"))}
	if f.Since, err = whole(query, "since", 0); err != nil {
		return f, nil, err
	}
	if limit, err := whole(query, "limit", 0); err != nil {
		return f, nil, err
	} else if f.Limit = int(min(limit, ledger.Limit)); limit == 0 && query.Has("limit") {
		return f, nil, lang.Errorf(lang.Text{EN: "query: limit: expected a whole number, at least 1", ZH: "query：limit：应为不小于 1 的整数"})
	}
	if err := e.checkFilter(f); err != nil {
		return f, nil, inQuery(err)
	}
	return f, query, nil
}

// checkFilter refuses filters that no request can match, so that a misspelt name does
// not look like an empty result.
func (e *Emulator) checkFilter(f Filter) error {
	if f.Profile != "" {
		if _, err := e.find(f.Profile); err != nil {
			return err
		}
	}
	if steps := e.stepNames(f.Profile); f.Step != "" && !slices.Contains(steps, f.Step) {
		return lang.Errorf(lang.Text{
			EN: "no step %s is served here, only %s%s",
			ZH: "这里没有步骤 %s，只有 %s%s",
		}, printable.Value(string(f.Step)), lang.List(steps), suggestion.For(f.Step, steps))
	}
	if _, err := e.user(f.User); err != nil {
		return err
	}
	if f.Refusal != "" && f.Refusal != Accepted && !slices.Contains(profile.Kinds, f.Refusal) {
		return lang.Errorf(lang.Text{
			EN: "%s is not a kind of refusal: expected %s, or one of %s%s",
			ZH: "没有 %s 这类拒绝，应为 %s，或 %s 之一%s",
		}, printable.Value(string(f.Refusal)), Accepted, lang.List(profile.Kinds), suggestion.For(f.Refusal, profile.Kinds))
	}
	return nil
}

// inQuery returns err with "query: " in front.
func inQuery(err error) error {
	return lang.Errorf(lang.Text{EN: "query: %[1]s", ZH: "query：%[1]s"}, Text(err))
}

// whole reads a whole number from the query. It returns minimum if the parameter is absent,
// and an error if the number is less.
func whole(query url.Values, name string, minimum int64) (int64, error) {
	if !query.Has(name) {
		return minimum, nil
	}
	n, err := strconv.ParseInt(query.Get(name), 10, 64)
	if err != nil || n < minimum {
		return 0, lang.Errorf(lang.Text{EN: "query: %s: expected a whole number, at least %d", ZH: "query：%s：应为不小于 %d 的整数"}, name, minimum)
	}
	return n, nil
}

func (e *Emulator) listRequests(w http.ResponseWriter, r *http.Request) (int, error) {
	f, _, err := e.filterOf(r, "limit")
	if err != nil {
		return http.StatusBadRequest, err
	}
	entries, dropped := e.ledger.After(f.Since)
	setType(w.Header(), jsonText)
	ledger.WriteJSON(w, f.Choose(entries), dropped)
	return http.StatusOK, nil
}

// exportHAR responds with the requests that match the query's filters, as HAR 1.2.
func (e *Emulator) exportHAR(w http.ResponseWriter, r *http.Request) (int, error) {
	f, _, err := e.filterOf(r, "limit")
	if err != nil {
		return http.StatusBadRequest, err
	}
	entries, _ := e.ledger.After(f.Since)
	setType(w.Header(), jsonText)
	w.Header().Set("Content-Disposition", `attachment; filename="emulator.har"`)
	ledger.WriteHAR(w, strings.TrimSuffix(e.opts.Address, e.root), f.Choose(entries))
	return http.StatusOK, nil
}

// events streams requests as server-sent events, see [ledger.Ledger.Stream]. The stream
// begins after the request whose number is in Last-Event-ID or the query's since, or else
// with the next request.
func (e *Emulator) events(w http.ResponseWriter, r *http.Request) (int, error) {
	f, query, err := e.filterOf(r)
	if err != nil {
		return http.StatusBadRequest, err
	}
	since := int64(-1)
	if query.Has("since") {
		since = f.Since
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		if since, err = strconv.ParseInt(last, 10, 64); err != nil || since < 0 {
			return http.StatusBadRequest, lang.Errorf(lang.Text{EN: "Last-Event-ID: expected the number of a request", ZH: "Last-Event-ID：应为某个请求的编号"})
		}
	}
	setType(w.Header(), "text/event-stream; charset=utf-8")
	if err := e.ledger.Stream(w, r, f, since, e.closing); err != nil {
		return http.StatusServiceUnavailable, err
	}
	return http.StatusOK, nil
}

func (e *Emulator) removeRequests(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]int{"removed": e.ForgetRequests()})
	return http.StatusOK, nil
}
