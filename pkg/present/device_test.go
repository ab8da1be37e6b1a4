package present_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// A server's text about a failed poll cannot control the terminal.
func TestRetryIsPrintable(t *testing.T) {
	var out bytes.Buffer
	view := present.NewDevice(present.Deps{Console: terminal.Console{W: &out}, Now: time.Now}, &profile.Profile{})
	view.Show(client.Device{UserCode: "A\x1b[2J", Address: "https://sso.example.com/\x07"}, time.Now().Add(time.Minute))
	view.Retry(errors.New("busy\x1b]0;title\x07\r\nhint: \u202erun this"), 2*time.Second)
	view.Close()
	if strings.ContainsAny(out.String(), "\x1b\x07\r\u202e") || strings.Contains(out.String(), "\nhint: ") {
		t.Errorf("raw control characters: %q", out.String())
	}
	if !strings.Contains(out.String(), "asking again in 2s") {
		t.Errorf("got %q", out.String())
	}
}
