// Package fault makes requests to an emulator fail on demand. A [Fault] says which requests
// fail, and how; [Parse] reads a fault from text. A [List] counts requests and says which
// faults are due. [Fault.Send] plays the faults that damage a finished response.
package fault

import (
	"net/http"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Fault makes requests fail on demand. It counts the requests to the step, valid or
// not, and affects Times of them, beginning with the Nth. A request to the authorize
// step must be valid for a refusal to affect it, because the refusal goes to its
// redirect_uri. [Parse] reads a Fault from text.
type Fault struct {
	Profile string           // "" means any
	Step    profile.StepName // "" means any; may be [AtCallback]
	User    string           // subject, username or name of the user concerned; "" means any or none
	Nth     int              // first request affected, from 1; 0 means 1
	Times   int              // number of requests affected; 0 means 1 if Nth is set, otherwise all
	// Kind is one of [profile.Kinds], a vendor's code, a key of [Transports], [Repeated],
	// [Replaced] or the kind of one of [Forgeries].
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
func Transports() map[string]string {
	return map[string]string{
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
}

// Kinds of faults in which somebody else takes part. They neither refuse a request nor damage
// a response.
const (
	// Repeated: the request arrives twice, and the client gets the second response. At the
	// authorize step, the browser brings the redirect to the application twice.
	Repeated = "repeated"
	// Replaced: the application's token in the response ends at once, because somebody else
	// fetches another. Only for the token step.
	Replaced = "replaced"
)

// Limits of a fault.
const (
	maxDelay = time.Hour
	dripRate = 32 // bytes per second
)

// InvolvesOthers reports whether the fault is [Repeated] or [Replaced].
func (f *Fault) InvolvesOthers() bool { return f.Kind == Repeated || f.Kind == Replaced }

// Refuses reports whether the fault is a refusal by the vendor.
func (f *Fault) Refuses() bool { return !f.Transport() && !f.InvolvesOthers() && !f.Forges() }

// Transport reports whether the fault is one of [Transports], not a refusal.
func (f *Fault) Transport() bool { _, ok := Transports()[f.Kind]; return ok }

// Is reports whether f is not nil and is of one of the kinds.
func (f *Fault) Is(kinds ...string) bool { return f != nil && slices.Contains(kinds, f.Kind) }

// due counts a request, and reports whether the fault affects it.
func (f *Fault) due() bool {
	f.Met++
	times := f.Times
	if times == 0 && f.Nth > 0 {
		times = 1
	}
	return f.Met >= f.Nth && (times == 0 || f.Done < times)
}

// over reports whether the fault can no longer happen.
func (f *Fault) over() bool {
	g := *f
	return !g.due() && g.Met >= g.Nth
}

// CheckOptions returns an error if the options contradict each other or the kind.
func (f Fault) CheckOptions() error {
	switch {
	case f.Nth < 0 || f.Times < 0 || f.Rate < 0 || f.Delay < 0:
		return lang.Errorf(lang.Text{EN: "nth, times, drip and latency must not be negative", ZH: "nth、times、drip 和 latency 不能为负"})
	case f.Kind == "latency" && (f.Delay == 0 || f.Delay > maxDelay):
		return lang.Errorf(lang.Text{EN: "latency needs a duration up to 1h, such as latency=2s", ZH: "latency 需要不超过 1h 的时长，例如 latency=2s"})
	case f.Kind != "latency" && f.Delay != 0:
		return lang.Errorf(lang.Text{EN: "only latency takes a delay, not %s", ZH: "只有 latency 能设延迟，%s 不能"}, f.Kind)
	case f.Kind != "drip" && f.Rate != 0:
		return lang.Errorf(lang.Text{EN: "only drip takes a rate, not %s", ZH: "只有 drip 能设速率，%s 不能"}, f.Kind)
	case f.Status != 0 && !f.Refuses():
		return lang.Errorf(lang.Text{EN: "only a refusal takes a status, not %s", ZH: "只有拒绝能设 status，%s 不能"}, f.Kind)
	case f.Status != 0 && f.Status != http.StatusOK && (f.Status < 400 || f.Status > 599):
		return lang.Errorf(lang.Text{EN: "status %d: expected 200, or 400 to 599", ZH: "status %d：应为 200 或 400 到 599"}, f.Status)
	}
	return nil
}
