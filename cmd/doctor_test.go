package cmd_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/cert"
)

// TestDoctorCertificateEnds: a certificate that ends soon is told of before it has.
func TestDoctorCertificateEnds(t *testing.T) {
	for left, want := range map[time.Duration]string{
		13*24*time.Hour + time.Hour: `(?m)^  warn  tls +TLS 1\.3, issued by "test CA \(not for production\)", 13 days left\n +→ Have whoever runs 127\.0\.0\.1:\d+ renew it\.$`,
		15*24*time.Hour + time.Hour: `(?m)^  ok    tls +TLS 1\.3, .*, 15 days left$`,
	} {
		server, ca := servedAt(t, time.Now().Add(left-cert.Lifetime))
		_, stdout, stderr := run(t, &http.Transport{}, "doctor", "-p", "oauth2", "--set", "token_url="+server, "--ca-cert", ca)
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("%s is not in\n%s%s", want, stdout, stderr)
		}
	}
}

// TestTerminalDoctor looks at the table in a terminal: it breaks between words,
// and says when a QR code has no room.
func TestTerminalDoctor(t *testing.T) {
	nowhere := "doctor -p " + strings.Fields(qrlogin(t))[2] + " --set base_url=http://127.0.0.1:1 --set token_url=http://127.0.0.1:1"
	t.Run("narrow", func(t *testing.T) {
		t.Parallel()
		term := openTerminal(t, 70, 40, nil, nowhere)
		term.await(`exit 10`)
		lines := term.settled()
		for _, want := range []string{
			`(?m)^  ok    terminal +70×40$`,
			`(?m)^  FAIL  connect +127\.0\.0\.1:1: dial tcp 127\.0\.0\.1:1: connect:\n +connection refused\n +→ Nothing listens there\.`,
		} {
			if shown := strings.Join(lines, "\n"); !regexp.MustCompile(want).MatchString(shown) {
				t.Errorf("%s is not in\n%s", want, shown)
			}
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > 69 {
				t.Errorf("the terminal itself had to break %q", line)
			}
		}
	})
	t.Run("small", func(t *testing.T) {
		t.Parallel()
		term := openTerminal(t, 40, 15, nil, nowhere+" -o json")
		term.await(`"40×15 is too small for a QR code"`)
	})
}
