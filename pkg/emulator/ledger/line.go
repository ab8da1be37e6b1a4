package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"ssoctl/pkg/profile"
)

// Line describes a request as it is logged, in one line. [ParseRefused] reads it.
func (e *Event) Line() string {
	line := fmt.Sprintf("%s %s %d", e.Method, e.Path, e.Status)
	if e.Step != "" {
		line += " " + string(e.Step)
	}
	if e.Refusal != "" {
		line += " refused: " + string(e.Refusal)
	}
	if e.Diagnosis != "" {
		line += ": " + e.Diagnosis
	}
	return line
}

// refused matches the Line of an event with a Refusal, also after other text.
var refused = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|\s)([A-Z]+) (/[^\s?]*) (\d{1,3})(?: (\w+))? refused: (\w+)(?:: (.*))?$`)
})

// ParseRefused reads the [Event.Line] of a request that was refused. Other text may
// precede it, as in the logs of containers.
func ParseRefused(line string) (Event, bool) {
	m := refused().FindStringSubmatch(line)
	if m == nil || !slices.Contains(profile.Kinds, profile.Kind(m[5])) {
		return Event{}, false
	}
	status, _ := strconv.Atoi(m[3])
	return Event{
		Method: m[1], Path: m[2], Status: status, Step: profile.StepName(m[4]),
		Refusal: profile.Kind(m[5]), Diagnosis: m[6],
	}, true
}
