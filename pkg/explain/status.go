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

// statusAlone reads a text that is an HTTP status and nothing else: 502, HTTP 502,
// status code 502, 502 Bad Gateway.
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

// statusIn finds the status of a failure in a line, in lower case, that calls it one. It
// does not begin before from.
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

// ofStatus is what the profiles make of an answer that has a status and nothing else.
func (e *explainer) ofStatus(ctx context.Context, status string) []Found {
	if found, known := e.statuses[status]; known {
		return found
	}
	code, _ := strconv.Atoi(status)
	found := e.judged(ctx, newAnswer(code, nil, nil))
	for i := range found {
		found[i].Steps, found[i].Guess, found[i].status = nil, lang.Text{}, true
	}
	e.statuses[status] = slices.Clip(found)
	return found
}
