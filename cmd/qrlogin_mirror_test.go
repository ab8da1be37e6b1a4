package cmd_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"ssoctl/pkg/qr"
)

// TestTerminalMirror: the terminal shows the QR code of the page, and the page's new
// one after that has expired.
func TestTerminalMirror(t *testing.T) {
	if has, err := hasBrowser(); err != nil {
		t.Fatal(err)
	} else if !has {
		t.Skip("Chromium is not installed")
	}
	t.Parallel()
	name := strings.Fields(qrlogin(t))[2]
	emulator := emulateProcess(t, name, "--approve", "ask")
	phone := func(action string) {
		t.Helper()
		if out, err := exec.Command("ssoctl", "emulate", "scan", "--emulator", emulator.Address, "--action", action).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	command := "qrlogin -p " + name + " --set client_id=" + emulator.Profiles[name]["client_id"] + " --via mirror --code-only"
	if shell, err := exec.LookPath(headlessShell); err == nil {
		command += " --chrome " + shell
	}
	term := openTerminal(t, 80, 24, []string{"SSOCTL_BASE_URL=" + emulator.Profiles[name]["base_url"]}, command)
	term.await(`Scan with the phone`)
	first := term.mirrored(1)
	phone("expire")
	term.await(`The page no longer shows a QR code`)
	term.tmux("send-keys", "r")
	if second := term.mirrored(2); second == first {
		t.Errorf("got the expired QR code again: %s", second)
	}
	phone("confirm")
	term.await(`(?s)emulated[a-z2-7]{32}\s+exit 0`)
}

// mirrored waits for the n-th address printed for the phone, checks that the drawn QR
// code contains it, and returns it.
func (term terminal) mirrored(n int) string {
	term.t.Helper()
	var told []string
	shown := strings.Split(term.shows(func(screen string) bool {
		told = regexp.MustCompile(`(?m)^http://\S+/_scan/\S+`).FindAllString(term.tmux("capture-pane", "-p", "-J", "-S", "-200"), -1)
		return len(told) == n && strings.Contains(screen, "Scan with the phone")
	}), "\n")
	want := told[n-1]
	picture, err := qr.Terminal(want, qr.PlainLight)
	if err != nil {
		term.t.Fatal(err)
	}
	if got := decode(term.t, shown, len(picture.Lines)); got != want {
		term.t.Errorf("the drawn QR code: got %q, want %q", got, want)
	}
	return want
}
