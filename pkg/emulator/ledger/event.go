package ledger

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Event describes one request and its outcome.
type Event struct {
	ID         int64            `json:"id"`          // number of the request, from 1; 0 for the administration API, which the ledger leaves out
	Time       time.Time        `json:"time"`        // by the emulator's clock
	TookMS     float64          `json:"took_ms"`     // milliseconds
	Profile    string           `json:"profile"`     // "" if none was recognised
	Step       profile.StepName `json:"step"`        // "" if none was recognised
	User       string           `json:"user"`        // name of the user concerned, "" if none
	Method     string           `json:"method"`      // HTTP method
	Path       string           `json:"path"`        // without secrets
	Status     int              `json:"status"`      // HTTP status; 0 if there was no response
	Refusal    profile.Kind     `json:"refusal"`     // "" if the vendor did not refuse
	VendorCode string           `json:"vendor_code"` // the vendor's code in the response; "" if it has none
	Fault      string           `json:"fault"`       // injected faults, as Fault.String
	Problems   []Problem        `json:"problems"`    // how the request differs from its recipe, at most 20
	Diagnosis  string           `json:"diagnosis"`   // what was wrong, in one line without secrets, in the emulator's language; "" if nothing
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

// accepted reports whether the vendor accepted the request, see [Accepted].
func (e *Event) accepted() bool {
	return e.Refusal == "" && e.Status >= http.StatusOK && e.Status < http.StatusBadRequest
}

// Failed reports whether the vendor refused the request, or an HTTP status says that it
// failed.
func (e *Event) Failed() bool { return e.Refusal != "" || e.Status >= http.StatusBadRequest }

// compared describes a request that a filter compared, in one line. misses are the filters
// that it fails.
func (e *Event) compared(misses []string) string {
	line := strings.TrimSpace(e.Profile+" "+string(e.Step)) + ":"
	if line == ":" {
		line = "no profile:"
	}
	line = fmt.Sprintf("#%d %s %s %s %d", e.ID, line, e.Method, e.Path, e.Status)
	if e.User != "" {
		line += " for " + e.User
	}
	if e.Refusal != "" {
		line += " refused: " + e.refused()
	}
	if e.Diagnosis != "" {
		line += ": " + e.Diagnosis
	}
	if len(misses) > 0 {
		line += " (differs in " + strings.Join(misses, ", ") + ")"
	}
	return line
}
