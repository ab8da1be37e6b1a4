package explain

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
)

// statusAlone reads a text that consists of an HTTP status only, such as "502", "HTTP 502",
// "status code 502" or "502 Bad Gateway".
func (e *explainer) statusAlone(ctx context.Context, text string) []Found {
	m := regexp.MustCompile(`(?i)^(?:http|status|(?:http )?status code)?[ :=]*([345]\d\d)\b[ :]*(.*)$`).FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if code, _ := strconv.Atoi(m[1]); m[2] != "" && !strings.EqualFold(m[2], http.StatusText(code)) {
		return nil
	}
	return e.ofStatus(ctx, m[1])
}

// statusIn finds the first HTTP error status in lower[from:to], such as "status=502". The
// status may extend beyond to.
func (e *explainer) statusIn(ctx context.Context, lower string, from, to int) []Found {
	if !strings.Contains(lower[from:to], "http") && !strings.Contains(lower[from:to], "status") {
		return nil
	}
	m := e.status.FindStringSubmatchIndex(lower[from:])
	if m == nil || from+m[0] >= to {
		return nil
	}
	return e.ofStatus(ctx, lower[from+m[2]:from+m[3]])
}

// ofStatus returns the readings of a response with this status and nothing else.
func (e *explainer) ofStatus(ctx context.Context, status string) []Found {
	if found, known := e.statuses[status]; known {
		return found
	}
	code, _ := strconv.Atoi(status)
	found := e.judged(ctx, newParsed(code, nil, nil))
	for i := range found {
		found[i].Steps, found[i].Guess, found[i].status = nil, lang.Text{}, true
	}
	e.statuses[status] = slices.Clip(found)
	return found
}
