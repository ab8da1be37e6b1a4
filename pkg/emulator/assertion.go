package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Assertion is how many requests should match a filter.
type Assertion struct {
	Filter  Filter
	Counted bool  // exactly Count; otherwise at least one
	Count   int64 // of requests
}

// ParseAssertion reads [PROFILE/]STEP[:COUNT], such as exchange or crm/exchange:2. Only
// requests that the vendor accepted count. [Emulator.CheckAssertion] checks that the step
// exists.
func ParseAssertion(text string) (Assertion, error) {
	wanted := lang.Text{EN: "expected STEP or STEP:COUNT, such as exchange:1", ZH: "应为 STEP 或 STEP:COUNT，例如 exchange:1"}
	at, count, counted := strings.Cut(text, ":")
	name, step, both := strings.Cut(at, "/")
	if !both {
		name, step = "", name
	}
	a := Assertion{Filter: Filter{Profile: name, Step: profile.StepName(step), Refusal: Accepted}, Counted: counted}
	if step == "" || both && name == "" {
		return a, lang.Errorf(wanted)
	}
	if counted {
		n, err := strconv.ParseUint(count, 10, 31)
		if err != nil {
			return a, lang.Errorf(wanted)
		}
		a.Count = int64(n)
	}
	return a, nil
}

// CheckAssertion returns an error if a profile or step of an assertion is not served.
func (e *Emulator) CheckAssertion(a Assertion) error { return e.checkFilter(a.Filter) }

// holds reports whether the assertion holds if this number of requests was found.
func (a Assertion) holds(found int) bool {
	if a.Counted {
		return int64(found) == a.Count
	}
	return found > 0
}

// wanted returns the number of requests in words.
func (a Assertion) wanted() string {
	if a.Counted {
		return fmt.Sprint(a.Count)
	}
	return "at least 1"
}

// Shortfall says why an assertion does not hold.
type Shortfall struct {
	Wanted  lang.Text // how many requests were expected, and how many came
	Instead lang.Text // the requests that came instead, the nearest last
	Refused bool      // one of them was to the asserted step, but was refused
}

// Unmet returns why an assertion does not hold; ok is false if it holds.
func (e *Emulator) Unmet(a Assertion) (s Shortfall, ok bool) {
	entries, dropped := e.ledger.After(0)
	found := len(a.Filter.Choose(entries))
	if a.holds(found) {
		return Shortfall{}, false
	}
	format := lang.Text{EN: "expected %d accepted, got %d", ZH: "应有 %d 次被接受，实际 %d 次"}
	if !a.Counted {
		a.Count, format = 1, lang.Text{EN: "expected at least %d accepted, got %d", ZH: "应至少有 %d 次被接受，实际 %d 次"}
	}
	s.Wanted = lang.Sprintf(format, a.Count, found)
	if dropped > 0 {
		s.Wanted = lang.Sprintf(lang.Text{EN: "%s (of the last %s)", ZH: "%s（只看最近 %s）"}, s.Wanted, lang.Amount(len(entries), "request", "个请求"))
	}
	near := a.Filter.Nearest(sentTo(a.Filter.Profile, entries))
	if len(near) == 0 {
		s.Instead = lang.Text{EN: ": there was no request", ZH: "：没有收到请求"}
		return s, true
	}
	slices.Reverse(near)
	s.Instead = lang.Sprintf(lang.Text{EN: ". Nearest requests:\n%s", ZH: "。最接近的请求：\n%s"}, e.lines(near))
	nearest := near[len(near)-1]
	s.Refused = nearest.Failed() && nearest.Step == a.Filter.Step && (a.Filter.Profile == "" || nearest.Profile == a.Filter.Profile)
	return s, true
}

// sentTo returns the entries of requests to a profile, or all of them if there are none or
// profile is "".
func sentTo(profile string, entries []*ledger.Entry) []*ledger.Entry {
	other := func(n *ledger.Entry) bool { return n.Profile != profile }
	if own := slices.DeleteFunc(slices.Clone(entries), other); len(own) > 0 {
		return own
	}
	return entries
}
