package cmd_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ssoctl/cmd"
)

// TestExplainIsInterrupted: after Ctrl-C, explain ends without a result.
func TestExplainIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	app := &cmd.App{
		In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: &http.Transport{}},
		Now: time.Now, Env: func(string) (string, bool) { return "", false },
	}
	if code := app.Run(ctx, []string{"explain", "what nobody knows"}); code != 130 || out.Len() > 0 || errs.String() != "ssoctl: interrupted\n" {
		t.Errorf("got exit code %d, stdout %q, stderr %q, want 130, \"\", \"ssoctl: interrupted\\n\"", code, &out, &errs)
	}
}
