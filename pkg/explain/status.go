package explain

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
)

// statusAlone reads a text that is an HTTP status and nothing else: 502, HTTP 502,
// status code 502, 502 Bad Gateway.
func statusAlone(ctx context.Context, text string, readers []reader) []Found {
	m := regexp.MustCompile(`(?i)^(?:http|status|(?:http )?status code)?[ :=]*([345]\d\d)\b[ :]*(.*)$`).FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if code, _ := strconv.Atoi(m[1]); m[2] != "" && !strings.EqualFold(m[2], http.StatusText(code)) {
		return nil
	}
	return ofStatus(ctx, m[1], readers)
}

// ofStatus is what the profiles make of an answer that has a status and nothing else.
func ofStatus(ctx context.Context, status string, readers []reader) []Found {
	code, _ := strconv.Atoi(status)
	found := judged(ctx, answer{status: code}, readers)
	for i := range found {
		found[i].Steps, found[i].Guess, found[i].status = nil, lang.Text{}, true
	}
	return found
}
