package ledger

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Words of a line.
var (
	refusedWith = lang.Text{EN: " refused: ", ZH: " 拒绝："}
	because     = lang.Text{EN: ": ", ZH: "："}
)

// Line describes a request as it is logged, in one line. l should be the language of the
// Diagnosis. [ParseRefused] reads it.
func (e *Event) Line(l lang.Lang) string {
	line := fmt.Sprintf("%s %s %d", e.Method, e.Path, e.Status)
	if e.Step != "" {
		line += " " + string(e.Step)
	}
	if e.Refusal != "" {
		line += refusedWith.In(l) + e.refused()
	}
	if e.Diagnosis != "" {
		line += because.In(l) + e.Diagnosis
	}
	return line
}

// refused returns the vendor's code, if the response has one, and the kind of the refusal. A
// code with blanks is quoted.
func (e *Event) refused() string {
	switch {
	case e.VendorCode == "":
		return string(e.Refusal)
	case strings.ContainsAny(e.VendorCode, " \t\""):
		return strconv.Quote(e.VendorCode) + " " + string(e.Refusal)
	}
	return e.VendorCode + " " + string(e.Refusal)
}

// refused matches the Line of an event with a Refusal in either language, also after other
// text. Older lines have no code.
var refused = sync.OnceValue(func() *regexp.Regexp {
	var kinds []string
	for _, kind := range profile.Kinds {
		kinds = append(kinds, string(kind))
	}
	return regexp.MustCompile(`(?:^|\s)([A-Z]+) (/[^\s?]*) (\d{1,3})(?: (\w+))?` + either(refusedWith) + `(?:("(?:[^"\\]|\\.)*"|[^\s"]\S*) )??(` + strings.Join(kinds, "|") + `)(?:` + either(because) + `(.*))?$`)
})

// either returns an expression that matches a text in both languages.
func either(t lang.Text) string { return "(?:" + t.EN + "|" + t.ZH + ")" }

// administers matches the Line of a request to the administration API.
var administers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|\s)[A-Z]+ (?:/[^\s?]*)?/_/[^\s?]* \d{3}(?:` + either(because) + `.*)?$`)
})

// IsAdmin reports whether a line is the [Event.Line] of a request to the administration API.
// Other text may precede it.
func IsAdmin(line []byte) bool {
	return bytes.Contains(line, []byte("/_/")) && administers().Match(line)
}

// ParseRefused reads the [Event.Line] of a request that was refused. Other text may
// precede it, as in the logs of containers.
func ParseRefused(line []byte) (Event, bool) {
	if !bytes.Contains(line, []byte(refusedWith.EN)) && !bytes.Contains(line, []byte(refusedWith.ZH)) {
		return Event{}, false
	}
	m := refused().FindStringSubmatch(string(line))
	if m == nil {
		return Event{}, false
	}
	status, _ := strconv.Atoi(m[3])
	code := m[5]
	if strings.HasPrefix(code, `"`) {
		code, _ = strconv.Unquote(code) // "" if its escapes are not Go's
	}
	return Event{
		Method: m[1], Path: m[2], Status: status, Step: profile.StepName(m[4]),
		Refusal: profile.Kind(m[6]), VendorCode: code, Diagnosis: m[7],
	}, true
}
