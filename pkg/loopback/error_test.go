package loopback_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/loopback"
)

// TestScrubBeforeCut: a secret at the limit of a parameter is removed whole.
func TestScrubBeforeCut(t *testing.T) {
	const hidden = "SECRET-0123456789abcdef"
	e := &loopback.CallbackError{Code: "server_error", Description: strings.Repeat("x", 290) + hidden, URI: strings.Repeat("y", 290) + hidden}
	e.Scrub(func(text string) string { return strings.ReplaceAll(text, hidden, "*") })
	for _, text := range []string{e.Said(), e.Error()} {
		if strings.Contains(text, "SECRET") || !strings.Contains(text, "x*") {
			t.Errorf("%s", text)
		}
	}
}
