package emulator

import (
	"io"
	"math"
	"net/http"
	"time"

	"ssoctl/pkg/recipe"
)

// Event is what became of one request.
type Event struct {
	ID        int64     `json:"id"`   // its number, from 1; 0 of the administration's, which the ledger does not keep
	Time      time.Time `json:"time"` // by the emulator's clock
	TookMS    float64   `json:"took_ms"`
	Profile   string    `json:"profile"` // "" where none was recognised, and so Step
	Step      string    `json:"step"`
	User      string    `json:"user"` // the name of whom the request was about; "" where it was about nobody
	Method    string    `json:"method"`
	Path      string    `json:"path"`      // without secrets
	Status    int       `json:"status"`    // of the answer; 0 when there was none
	Refusal   string    `json:"refusal"`   // one of profile.Kinds; "" where the vendor did not say no
	Fault     string    `json:"fault"`     // what was done to it on demand, as Fault.String
	Problems  []Problem `json:"problems"`  // what the request should have been
	Diagnosis string    `json:"diagnosis"` // what was wrong, in one line without secrets; "" when nothing was
	LeftOut   int       `json:"problems_left_out,omitempty"`
}

// Problem is one way in which a request differs from its recipe. What is secret
// is masked.
type Problem struct {
	Member   string             `json:"member"`
	Kind     recipe.ProblemKind `json:"kind"`
	Expected string             `json:"expected,omitempty"`
	Received string             `json:"received,omitempty"`
}

// exchange is the answer to one request while it is written: it notes what goes
// out, and says beside it what was wrong with the request.
type exchange struct {
	http.ResponseWriter
	Event
	e     *Emulator
	begun time.Time // by Options.Now
	req   *http.Request
	body  []byte // of the request, as far as it was read
	v     *vendor
	call  *call // nil where no step was recognised
	about *User // whom a decision on a page was about, nil for nobody

	wrote   bool
	hold    bool   // the answer waits for a fault that changes it
	text    string // the answer's body where it was written at once
	kept    []byte // else: all of it when it waits, or its start
	size    int    // of the answer's body
	settled int    // how many of the call's findings are in the Event; -1 for none
}

func (e *Emulator) begin(w http.ResponseWriter, r *http.Request) *exchange {
	begun := e.opts.Now()
	return &exchange{
		ResponseWriter: w, e: e, begun: begun, req: r, settled: -1,
		Event: Event{ID: e.ledger.number.Add(1), Time: e.clock.Load().at(begun), Method: r.Method, Path: r.URL.Path},
	}
}

// finish puts the exchange in the ledger and reports it.
func (e *Emulator) finish(x *exchange) {
	x.settle()
	if x.call == nil {
		x.Path = e.maskPath(x.req)
	}
	x.TookMS = float64(e.opts.Now().Sub(x.begun).Microseconds()) / 1000
	e.ledger.add(x.entry())
	if e.opts.Report != nil {
		e.opts.Report(x.Event)
	}
}

// settle takes what is known of the request into the Event.
func (x *exchange) settle() {
	c := x.call
	if c == nil || x.settled == len(c.findings) {
		return
	}
	x.settled = len(c.findings)
	x.Path = c.maskPath()
	if x.settled > 0 {
		x.Problems, x.LeftOut = c.problems()
		x.Diagnosis = c.diagnosis()
	}
}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	if status < http.StatusOK {
		x.ResponseWriter.WriteHeader(status)
		return
	}
	if x.wrote {
		return
	}
	x.wrote, x.Status = true, status
	x.settle()
	if x.Diagnosis != "" && !x.e.opts.Quiet {
		x.Header().Set(DiagnosisHeader, headerText(x.Diagnosis))
	}
	if !x.hold {
		x.ResponseWriter.WriteHeader(status)
	}
}

// Write implements io.Writer.
func (x *exchange) Write(p []byte) (int, error) {
	x.WriteHeader(http.StatusOK)
	x.kept = append(append(x.kept, x.text...), p[:min(len(p), x.room())]...)
	x.text = ""
	x.size += len(p)
	if x.hold {
		return len(p), nil
	}
	return x.ResponseWriter.Write(p)
}

// WriteString implements io.StringWriter.
func (x *exchange) WriteString(p string) (int, error) {
	if x.hold || x.size > 0 {
		return x.Write([]byte(p))
	}
	x.WriteHeader(http.StatusOK)
	x.text, x.size = p[:min(len(p), x.room())], len(p)
	return io.WriteString(x.ResponseWriter, p)
}

// room is how much more of the answer is kept.
func (x *exchange) room() int {
	if x.hold {
		return math.MaxInt
	}
	return max(bodyLimit+margin-len(x.kept)-len(x.text), 0)
}
