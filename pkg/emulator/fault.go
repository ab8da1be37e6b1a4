package emulator

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/profile"
)

// Fault is something that goes wrong on demand. It counts the requests that are
// recognised as the step's, right or wrong, and happens to the Nth of them and
// to Times in all. [authorize] first has to be right before it is refused, since
// its refusal goes to redirect_uri.
type Fault struct {
	Profile string // "" is any
	Step    string // "" is any
	User    string // whom the request is about: subject, username or name; "" is anybody or nobody
	Nth     int    // the first that it happens to, from 1; 0 is 1
	Times   int    // 0 is once where Nth is given, else without end
	// Kind is one of profile.Kinds that the vendor has a code for, rate_limited, or one
	// of Transports.
	Kind   string
	Status int           // HTTP status of a refusal; 0 is the profile's
	Delay  time.Duration // of latency
	Rate   int           // of drip, in bytes per second; 0 is 32

	Met  int // requests that it counted
	Done int // requests that it happened to
}

// Transports are the kinds of faults that are no refusals, and what each does.
// Those that happen before the vendor looks at the request use nothing up: the
// code is still good. The others happen to an answer that was made: the code is
// used. latency goes together with any other.
var Transports = map[string]string{
	"latency":            "the answer comes later by latency=DURATION; before",
	"reset_before":       "the connection is reset before the first byte of the answer; before",
	"html_502":           "a gateway answers with an HTML page and HTTP 502; before",
	"drip":               "the answer comes slowly, drip=BYTES per second; after",
	"reset_middle":       "the connection is reset in the midst of the answer; after",
	"empty":              "the answer has no body; after",
	"truncated":          "the connection is closed in the midst of the answer; after",
	"bad_chunk":          "the answer is chunked, and a chunk's size is not a number; after",
	"endless":            "the answer does not end, until the client goes or 64 MiB were sent; after",
	"wrong_content_type": "the answer says that it is text/html; after",
}

// Bounds of faults.
const (
	maxFaults = 1000
	maxDelay  = time.Hour
	dripRate  = 32
)

const rateLimited = "rate_limited"

// transport reports whether the fault is none of the vendor's refusals.
func (f *Fault) transport() bool { _, ok := Transports[f.Kind]; return ok }

// is reports whether the fault is there and of one of the kinds.
func (f *Fault) is(kinds ...string) bool { return f != nil && slices.Contains(kinds, f.Kind) }

// due counts a request, and reports whether the fault happens to it.
func (f *Fault) due() bool {
	f.Met++
	times := f.Times
	if times == 0 && f.Nth > 0 {
		times = 1
	}
	return f.Met >= f.Nth && (times == 0 || f.Done < times)
}

// SetFaults arms these faults in place of all others; their counts begin at 0.
// The error says what of them is impossible, and what is possible instead; then
// nothing changes.
func (e *Emulator) SetFaults(faults []Fault) error {
	if len(faults) > maxFaults {
		return fmt.Errorf("emulator: %d faults: at most %d can be armed", len(faults), maxFaults)
	}
	var armed []*Fault
	for i, f := range faults {
		if err := e.checkFault(f); err != nil {
			return fmt.Errorf("emulator: fault %d: %w", i+1, err)
		}
		f.Met, f.Done = 0, 0
		armed = append(armed, &f)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.faults = armed
	return nil
}

// AddFault arms one more fault, behind the others: of several that are due the
// first happens. Faults that are over are forgotten when there are too many.
func (e *Emulator) AddFault(f Fault) error {
	if err := e.checkFault(f); err != nil {
		return fmt.Errorf("emulator: fault: %w", err)
	}
	f.Met, f.Done = 0, 0
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.state.faults) >= maxFaults {
		e.state.faults = slices.DeleteFunc(e.state.faults, (*Fault).over)
	}
	if len(e.state.faults) >= maxFaults {
		return fmt.Errorf("emulator: %d faults are armed, that is all that can be", maxFaults)
	}
	e.state.faults = append(e.state.faults, &f)
	return nil
}

// over reports whether the fault can happen no more.
func (f *Fault) over() bool {
	g := *f
	return !g.due() && g.Met >= g.Nth
}

// Faults returns what is armed, with its counts.
func (e *Emulator) Faults() []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []Fault{}
	for _, f := range e.state.faults {
		out = append(out, *f)
	}
	return out
}

// kinds are the kinds of refusals that can be asked for.
func (v *vendor) kinds() []string {
	return slices.DeleteFunc(slices.Clone(profile.Kinds), func(kind string) bool {
		_, possible := v.demanded(kind)
		return !possible
	})
}

// demanded returns the vendor's refusal for a fault of that kind. Where its code for the
// kind is one of sameFault, it is that: invalid_grant for a code that has expired.
func (v *vendor) demanded(kind string) (profile.Refusal, bool) {
	if r, ok := v.p.RefusalOf(kind); ok {
		return r, true
	}
	return v.p.RefusalOf(sameFault[kind])
}

// checkFault says what of a fault is impossible here.
func (e *Emulator) checkFault(f Fault) error {
	vendors := slices.Collect(maps.Values(e.vendors))
	if f.Profile != "" {
		v, err := e.vendor(f.Profile)
		if err != nil {
			return errors.New(strings.TrimPrefix(err.Error(), "emulator: "))
		}
		vendors = []*vendor{v}
	}
	if f.Step != "" {
		vendors = slices.DeleteFunc(vendors, func(v *vendor) bool { return v.step(f.Step) == nil })
		if len(vendors) == 0 {
			steps := e.stepNames(f.Profile)
			return fmt.Errorf("step %q is not served, only %s%s", f.Step, strings.Join(steps, ", "), profile.Suggest(f.Step, steps))
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
	return fmt.Errorf("kind %q is not possible here: refusals are %s; else there are %s%s", f.Kind,
		strings.Join(kinds, ", "), strings.Join(transports, ", "), profile.Suggest(f.Kind, append(kinds, transports...)))
}

func (f Fault) checkOptions() error {
	switch {
	case f.Nth < 0 || f.Times < 0 || f.Rate < 0 || f.Delay < 0:
		return errors.New("nth, times, drip and latency are not negative")
	case f.Kind == "latency" && (f.Delay == 0 || f.Delay > maxDelay):
		return errors.New("latency needs a duration up to 1h, such as latency=2s")
	case f.Kind != "latency" && f.Delay != 0:
		return fmt.Errorf("a delay goes with the kind latency, not with %s", f.Kind)
	case f.Kind != "drip" && f.Rate != 0:
		return fmt.Errorf("a rate goes with the kind drip, not with %s", f.Kind)
	case f.Status != 0 && f.transport():
		return fmt.Errorf("a status goes with a refusal, not with %s", f.Kind)
	case f.Status != 0 && f.Status != http.StatusOK && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d: a refusal has 200, or 400 to 599", f.Status)
	}
	return nil
}

// stepNames are the steps of one profile, or of all.
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
