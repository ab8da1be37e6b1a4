package emulator

import (
	"io"
	"math"
	"net/http"
	"time"

	"ssoctl/pkg/recipe"
)

// Event describes one request and its outcome.
type Event struct {
	ID        int64     `json:"id"`        // number of the request, from 1; 0 for the administration API, which the ledger leaves out
	Time      time.Time `json:"time"`      // by the emulator's clock
	TookMS    float64   `json:"took_ms"`   // milliseconds
	Profile   string    `json:"profile"`   // "" if none was recognised
	Step      string    `json:"step"`      // "" if none was recognised
	User      string    `json:"user"`      // name of the user concerned, "" if none
	Method    string    `json:"method"`    // HTTP method
	Path      string    `json:"path"`      // without secrets
	Status    int       `json:"status"`    // HTTP status; 0 if there was no response
	Refusal   string    `json:"refusal"`   // one of profile.Kinds; "" if the vendor did not refuse
	Fault     string    `json:"fault"`     // injected faults, as Fault.String
	Problems  []Problem `json:"problems"`  // how the request differs from its recipe, at most 20
	Diagnosis string    `json:"diagnosis"` // what was wrong, in one line without secrets; "" if nothing
	// LeftOut is the number of problems beyond those in Problems.
	LeftOut int `json:"problems_left_out,omitempty"`
}

// Problem is one difference between a request and its recipe. Secrets are masked.
type Problem struct {
	Member   string             `json:"member"`
	Kind     recipe.ProblemKind `json:"kind"`
	Expected string             `json:"expected,omitempty"`
	Received string             `json:"received,omitempty"`
}

// recorder writes the response to one request, records it, and adds DiagnosisHeader.
type recorder struct {
	http.ResponseWriter
	Event
	e     *Emulator
	begun time.Time // by Options.Now
	req   *http.Request
	body  []byte // body of the request, as far as it was read
	v     *vendor
	call  *call // nil if no step was recognised
	about *User // the user that a decision on a page concerns, nil if none

	wrote   bool
	hold    bool   // the response is held back for a fault that changes it
	text    string // start of the body, if it was written by one WriteString
	kept    []byte // otherwise its start, or all of it if it is held back
	size    int    // size of the body, in bytes
	settled int    // number of findings that are in the Event; -1 before the first settle
}

func (e *Emulator) begin(w http.ResponseWriter, r *http.Request) *recorder {
	begun := e.opts.Now()
	return &recorder{
		ResponseWriter: w, e: e, begun: begun, req: r, settled: -1,
		Event: Event{ID: e.ledger.number.Add(1), Time: e.clock.Load().at(begun), Method: r.Method, Path: r.URL.Path},
	}
}

// finish puts the request in the ledger and reports it.
func (e *Emulator) finish(x *recorder) {
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

// settle copies the call's path, problems and diagnosis into the Event.
func (x *recorder) settle() {
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

// Unwrap lets [http.ResponseController] find the wrapped writer.
func (x *recorder) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (x *recorder) WriteHeader(status int) {
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

// Write implements [io.Writer].
func (x *recorder) Write(p []byte) (int, error) {
	x.WriteHeader(http.StatusOK)
	x.kept = append(append(x.kept, x.text...), p[:min(len(p), x.room())]...)
	x.text = ""
	x.size += len(p)
	if x.hold {
		return len(p), nil
	}
	return x.ResponseWriter.Write(p)
}

// WriteString implements [io.StringWriter].
func (x *recorder) WriteString(p string) (int, error) {
	if x.hold || x.size > 0 {
		return x.Write([]byte(p))
	}
	x.WriteHeader(http.StatusOK)
	x.text, x.size = p[:min(len(p), x.room())], len(p)
	return io.WriteString(x.ResponseWriter, p)
}

// room returns how many more bytes of the body to record.
func (x *recorder) room() int {
	if x.hold {
		return math.MaxInt
	}
	return max(bodyLimit+margin-len(x.kept)-len(x.text), 0)
}
