package cmd_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cert"
)

// TestDoctorCertificateEnds: doctor warns of a certificate that expires soon.
func TestDoctorCertificateEnds(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{
		13*24*time.Hour + time.Hour: `(?m)^  warn  tls +TLS 1\.3, issued by "test CA \(not for production\)", 13 days left\n +→ Ask the operator of 127\.0\.0\.1:\d+ to renew the certificate\.$`,
		15*24*time.Hour + time.Hour: `(?m)^  ok    tls +TLS 1\.3, .*, 15 days left$`,
	} {
		server, ca := servedAt(t, time.Now().Add(left-cert.Lifetime))
		_, stdout, stderr := run(t, &http.Transport{}, "doctor", "-p", "oauth2", "--set", "token_url="+server, "--ca-cert", ca)
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("want a match of %s in\n%s%s", want, stdout, stderr)
		}
	}
}

// TestTerminalDoctor checks doctor's table in a terminal: it wraps between words, and says
// that the terminal is too small for a QR code.
func TestTerminalDoctor(t *testing.T) {
	t.Parallel()
	nowhere := "doctor -p " + strings.Fields(qrlogin(t))[2] + " --set base_url=http://127.0.0.1:1 --set token_url=http://127.0.0.1:1"
	t.Run("narrow", func(t *testing.T) {
		t.Parallel()
		term := openTerminal(t, 70, 40, nil, nowhere)
		term.await(`exit 10`)
		lines := term.settled()
		for _, want := range []string{
			`(?m)^  ok    terminal +70×40$`,
			`(?m)^  FAIL  connect +127\.0\.0\.1:1: dial tcp 127\.0\.0\.1:1: connect:\n +connection refused\n +→ Nothing is listening there\.`,
		} {
			if shown := strings.Join(lines, "\n"); !regexp.MustCompile(want).MatchString(shown) {
				t.Errorf("want a match of %s in\n%s", want, shown)
			}
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > 69 {
				t.Errorf("got a line of %d columns, want at most 69: %q", ansi.StringWidth(line), line)
			}
		}
	})
	t.Run("small", func(t *testing.T) {
		t.Parallel()
		term := openTerminal(t, 40, 15, nil, nowhere+" -o json")
		term.await(`"40×15 is too small for a QR code"`)
	})
}

// TestDoctorIsReadAlong checks that the HAR has the exchanges of each profile together.
func TestDoctorIsReadAlong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config, har := filepath.Join(dir, "config.toml"), filepath.Join(dir, "doctor.har")
	text := ""
	var want []string
	for _, p := range usableProfiles(t) {
		text += "[profiles.own-" + p.Name + "]\nextends = '" + p.Name + "'\n"
		inputs := emulate(t, p.Name, nil, time.Now()).Inputs(p.Name)
		for name := range inputs {
			value, _ := inputs.Text(name)
			text += name + " = '''" + value + "'''\n" // a private key has several lines
		}
		want = append(want, "own-"+p.Name)
	}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, &http.Transport{}, "doctor", "--config", config, "--har", har)
	var got []string
	for _, e := range kept(t, har) {
		got = append(got, e.Profile)
	}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" || len(got) <= len(want) {
		t.Errorf("got %d exchanges, want more than %d; their profiles (-want +got):\n%s", len(got), len(want), diff)
	}
}
