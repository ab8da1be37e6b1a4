package emulator

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Fault makes requests fail on demand. It counts the requests to the step, valid or
// not, and affects Times of them, beginning with the Nth. A request to the authorize
// step must be valid for a refusal to affect it, because the refusal goes to its
// redirect_uri. [ParseFault] reads a Fault from text.
type Fault struct {
	Profile string // "" means any
	Step    string // "" means any
	User    string // subject, username or name of the user concerned; "" means any or none
	Nth     int    // first request affected, from 1; 0 means 1
	Times   int    // number of requests affected; 0 means 1 if Nth is set, otherwise all
	// Kind is one of [profile.Kinds] for which the vendor has a code, rate_limited, or
	// a key of [Transports].
	Kind   string
	Status int           // HTTP status of a refusal; 0 means the profile's
	Delay  time.Duration // for latency
	Rate   int           // for drip, in bytes per second; 0 means 32

	Met  int // requests counted so far
	Done int // requests affected so far
}

// Transports maps the kinds of faults that are not refusals to their descriptions.
// Those that end in "before" happen before the vendor reads the request, so a code
// in it stays valid. Those that end in "after" change a finished response, so the
// code is used. latency combines with any other fault.
var Transports = map[string]string{
	"latency":            "the response is delayed by latency=DURATION; before",
	"reset_before":       "the connection is reset before the first byte of the response; before",
	"html_502":           "a gateway responds with an HTML page and HTTP 502; before",
	"drip":               "the response arrives slowly, at drip=BYTES per second; after",
	"reset_middle":       "the connection is reset halfway through the response; after",
	"empty":              "the response has no body; after",
	"truncated":          "the connection is closed halfway through the response; after",
	"bad_chunk":          "the response is chunked, and the size of a chunk is not a number; after",
	"endless":            "the response continues until the client disconnects or 64 MiB are sent; after",
	"wrong_content_type": "the response has the Content-Type text/html; after",
}

// Limits of faults.
const (
	maxFaults = 1000
	maxDelay  = time.Hour
	dripRate  = 32
)

const rateLimited = "rate_limited"

// transport reports whether the fault is one of Transports, not a refusal.
func (f *Fault) transport() bool { _, ok := Transports[f.Kind]; return ok }

// is reports whether f is not nil and is of one of the kinds.
func (f *Fault) is(kinds ...string) bool { return f != nil && slices.Contains(kinds, f.Kind) }

// due counts a request, and reports whether the fault affects it.
func (f *Fault) due() bool {
	f.Met++
	times := f.Times
	if times == 0 && f.Nth > 0 {
		times = 1
	}
	return f.Met >= f.Nth && (times == 0 || f.Done < times)
}

// SetFaults replaces all faults; the counts of the new ones begin at 0. If a fault is
// impossible, SetFaults changes nothing and returns an error that lists what is
// possible.
func (e *Emulator) SetFaults(faults []Fault) error {
	if len(faults) > maxFaults {
		return lang.Errorf(lang.Text{EN: "emulator: %d faults: at most %d can be armed", ZH: "有 %d 个故障，最多只能设 %d 个"}, len(faults), maxFaults)
	}
	var armed []*Fault
	for i, f := range faults {
		if err := e.checkFault(f); err != nil {
			return lang.Errorf(lang.Text{EN: "emulator: fault %d: %v", ZH: "第 %d 个故障：%v"}, i+1, err)
		}
		f.Met, f.Done = 0, 0
		armed = append(armed, &f)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.faults = armed
	return nil
}

// AddFault adds a fault after the others. If several are due, the first one happens.
// When there are too many, AddFault drops those that are over. It returns the same
// error as [Emulator.SetFaults].
func (e *Emulator) AddFault(f Fault) error {
	if err := e.checkFault(f); err != nil {
		return lang.Errorf(lang.Text{EN: "emulator: %v", ZH: "%v"}, err)
	}
	f.Met, f.Done = 0, 0
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.state.faults) >= maxFaults {
		e.state.faults = slices.DeleteFunc(e.state.faults, (*Fault).over)
	}
	if len(e.state.faults) >= maxFaults {
		return lang.Errorf(lang.Text{EN: "emulator: %d faults are armed, which is the limit", ZH: "已设 %d 个故障，不能再多"}, maxFaults)
	}
	e.state.faults = append(e.state.faults, &f)
	return nil
}

// over reports whether the fault can no longer happen.
func (f *Fault) over() bool {
	g := *f
	return !g.due() && g.Met >= g.Nth
}

// Faults returns the armed faults, with their counts.
func (e *Emulator) Faults() []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []Fault{}
	for _, f := range e.state.faults {
		out = append(out, *f)
	}
	return out
}

// kinds returns the kinds of refusals that a fault can ask for.
func (v *vendor) kinds() []string {
	return slices.DeleteFunc(slices.Clone(profile.Kinds), func(kind string) bool {
		_, possible := v.demanded(kind)
		return !possible
	})
}

// demanded returns the vendor's refusal for a fault of this kind, or of the kind that
// stands in for it in sameFault, such as invalid_grant for an expired code.
func (v *vendor) demanded(kind string) (profile.Refusal, bool) {
	if r, ok := v.p.RefusalOf(kind); ok {
		return r, true
	}
	return v.p.RefusalOf(sameFault[kind])
}

// checkFault returns an error if no vendor can play the fault.
func (e *Emulator) checkFault(f Fault) error {
	vendors := slices.Collect(maps.Values(e.vendors))
	if f.Profile != "" {
		v, err := e.vendor(f.Profile)
		if err != nil {
			return lang.Errorf(lang.Text{EN: "%s", ZH: "%s"}, withoutPrefix(err))
		}
		vendors = []*vendor{v}
	}
	if f.Step != "" {
		vendors = slices.DeleteFunc(vendors, func(v *vendor) bool { return v.step(f.Step) == nil })
		if len(vendors) == 0 {
			steps := e.stepNames(f.Profile)
			return lang.Errorf(lang.Text{EN: "step %q is not served, only %s%s", ZH: "这里没有步骤 %q，只有 %s%s"}, f.Step, lang.List(steps), profile.SuggestText(f.Step, steps))
		}
	}
	if _, err := e.user(f.User); err != nil {
		return err
	}
	if err := f.checkOptions(); err != nil {
		return err
	}
	if f.transport() {
		return nil
	}
	kinds := []string{rateLimited}
	for _, v := range vendors {
		kinds = append(kinds, v.kinds()...)
	}
	if slices.Contains(kinds, f.Kind) {
		return nil
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	transports := slices.Sorted(maps.Keys(Transports))
	return lang.Errorf(lang.Text{
		EN: "kind %q is not possible here: expected a refusal (%s) or a transport fault (%s)%s",
		ZH: "这里不能用故障类型 %q：应为拒绝（%s）或传输故障（%s）%s",
	}, f.Kind, lang.List(kinds), lang.List(transports), profile.SuggestText(f.Kind, append(kinds, transports...)))
}

func (f Fault) checkOptions() error {
	switch {
	case f.Nth < 0 || f.Times < 0 || f.Rate < 0 || f.Delay < 0:
		return lang.Errorf(lang.Text{EN: "nth, times, drip and latency must not be negative", ZH: "nth、times、drip 和 latency 不能为负"})
	case f.Kind == "latency" && (f.Delay == 0 || f.Delay > maxDelay):
		return lang.Errorf(lang.Text{EN: "latency needs a duration up to 1h, such as latency=2s", ZH: "latency 需要不超过 1h 的时长，例如 latency=2s"})
	case f.Kind != "latency" && f.Delay != 0:
		return lang.Errorf(lang.Text{EN: "only latency takes a delay, not %s", ZH: "只有 latency 能设延迟，%s 不能"}, f.Kind)
	case f.Kind != "drip" && f.Rate != 0:
		return lang.Errorf(lang.Text{EN: "only drip takes a rate, not %s", ZH: "只有 drip 能设速率，%s 不能"}, f.Kind)
	case f.Status != 0 && f.transport():
		return lang.Errorf(lang.Text{EN: "only a refusal takes a status, not %s", ZH: "只有拒绝能设 status，%s 不能"}, f.Kind)
	case f.Status != 0 && f.Status != http.StatusOK && (f.Status < 400 || f.Status > 599):
		return lang.Errorf(lang.Text{EN: "status %d: expected 200, or 400 to 599", ZH: "status %d：应为 200 或 400 到 599"}, f.Status)
	}
	return nil
}

// stepNames returns the steps that the profile serves, or that any does if name is "".
func (e *Emulator) stepNames(name string) []string {
	return slices.DeleteFunc(slices.Clone(profile.StepNames), func(step string) bool {
		for _, v := range e.vendors {
			if (name == "" || v.p.Name == name) && v.step(step) != nil {
				return false
			}
		}
		return true
	})
}
