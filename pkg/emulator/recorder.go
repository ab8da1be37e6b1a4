package emulator

import (
	"io"
	"math"
	"net/http"
	"time"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

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
	english string // the Diagnosis in English, for DiagnosisHeader
}

func (e *Emulator) begin(w http.ResponseWriter, r *http.Request) *recorder {
	begun := e.opts.Now()
	return &recorder{
		ResponseWriter: w, e: e, begun: begun, req: r, settled: -1,
		Event: Event{ID: e.ledger.Number(), Time: e.clock.Load().at(begun), Method: r.Method, Path: r.URL.Path},
	}
}

// finish puts the request in the ledger and reports it.
func (e *Emulator) finish(x *recorder) {
	x.settle()
	if x.call == nil {
		x.Path = ledger.MaskPath(x.req, e.known)
	}
	x.TookMS = float64(e.opts.Now().Sub(x.begun).Microseconds()) / 1000
	n := x.entry()
	x.Event = n.Event // long texts in it are cut
	e.ledger.Add(n)
	if e.opts.Report != nil {
		e.opts.Report(x.Event)
	}
}

// entry returns the ledger's entry of the request.
func (x *recorder) entry() *ledger.Entry {
	user, secrets, names := x.about, []secret.String(nil), []string(nil)
	if c := x.call; c != nil {
		user, secrets = c.person(), c.secrets()
	}
	if user != nil {
		x.User, names = user.Label(), user.Names()
	}
	return ledger.New(ledger.Call{
		Event: x.Event, User: names, Secrets: secrets, Vendors: x.e.known, Request: x.req, RequestBody: x.body,
		ResponseHeader: x.Header(), ResponseText: x.text, ResponseBody: x.kept, ResponseSize: x.size,
	})
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
		x.diagnose(c.diagnosis())
	}
}

// diagnose sets the diagnosis.
func (x *recorder) diagnose(text lang.Text) {
	x.english, x.Diagnosis = text.EN, text.In(x.e.opts.Lang)
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
	if x.english != "" && !x.e.opts.Quiet {
		x.Header().Set(DiagnosisHeader, headerText(x.english))
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
	return max(ledger.Kept-len(x.kept)-len(x.text), 0)
}
