package cmd_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// addresses returns the distinct addresses printed for the phone, in order.
func (term terminal) addresses() (found []string) {
	for line := range strings.Lines(term.tmux("capture-pane", "-p", "-J", "-S", "-200")) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "https://") && !slices.Contains(found, line) {
			found = append(found, line)
		}
	}
	return found
}

// shows waits until wanted accepts the screen, and returns the screen.
func (term terminal) shows(wanted func(screen string) bool) string {
	term.t.Helper()
	var text string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if text = strings.Join(term.screen(), "\n"); wanted(text) {
			return text
		}
	}
	term.t.Fatalf("the screen did not become as wanted:\n%s", text)
	return ""
}

// short returns the environment and command line of a login whose QR code expires after
// two seconds.
func short(t *testing.T) (env []string, line string) {
	t.Helper()
	name := strings.Fields(qrlogin(t))[2]
	config := filepath.Join(t.TempDir(), "config.toml")
	text := "[profiles.short]\nextends = \"" + name + "\"\nclient_id = \"10000\"\n[profiles.short.authorize]\nlifetime = \"2s\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"SSOCTL_CONFIG=" + config}, "qrlogin -p short"
}

func TestTerminalRenewsByKey(t *testing.T) {
	t.Parallel()
	env, line := short(t)
	term := openTerminal(t, 80, 24, env, line)
	term.await(`QR code  0:0\d left`)
	term.await(`(?m)New one  r\s*$`) // offered before the code expires
	term.await(`Expired: press r for a new one`)
	if shown := term.settled(); strings.Count(strings.Join(shown, ""), "▀") > 120 {
		t.Errorf("the expired code can still be scanned:\n%s", strings.Join(shown, "\n"))
	}
	first := term.addresses()
	if len(first) != 1 {
		t.Fatalf("addresses before r: got %q, want one", first)
	}
	term.tmux("send-keys", "x", "r")
	term.await(`Scan with the phone and confirm`)
	both := term.addresses()
	if len(both) != 2 || both[0] != first[0] {
		t.Fatalf("addresses after r: got %q, want %q and a new one", both, first[0])
	}
	if got := decode(t, term.settled(), rowsAt124); got != both[1] {
		t.Errorf("the drawn QR code: got %q, want %q", got, both[1])
	}
}

func TestTerminalRenewsByItself(t *testing.T) {
	t.Parallel()
	env, line := short(t)
	term := openTerminal(t, 40, 15, env, line+" --refresh --wait 5s")
	term.await(`exit 9`)
	if got := len(term.addresses()); got != 3 {
		t.Errorf("got %d codes in 5 s, want 3 of 2 s each", got)
	}
}

// TestTerminalIsGivenBack: the terminal has line mode, echo and signal keys again,
// without which its shell would be unusable.
func TestTerminalIsGivenBack(t *testing.T) {
	t.Parallel()
	modes := func(term terminal) string {
		term.t.Helper()
		term.tmux("send-keys", "stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig|min)$' | sort | xargs echo modes:", "Enter")
		return term.await(`modes: [-a-z].*`) // perhaps after the prompt, which comes late on a slow machine
	}
	for name, end := range map[string]struct {
		flags string
		keys  []string
		exit  string
	}{
		"Ctrl-C":   {"", []string{"C-c"}, "exit 130"},
		"time-out": {" --wait 1s", nil, "exit 9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := openTerminalThen(t, 80, 24, nil, qrlogin(t)+end.flags, "sh")
			if end.keys != nil {
				term.await(`9:5\d`)
				term.tmux(append([]string{"send-keys"}, end.keys...)...)
			}
			term.await(end.exit)
			if got := modes(term); !strings.Contains(got, "modes: echo icanon isig") {
				t.Errorf("got %q, want modes: echo icanon isig", got)
			}
		})
	}
}

func TestTerminalResized(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 40, 15, nil, qrlogin(t))
	want := term.await(address)
	term.await(`this one has 40×15`)
	panel := func(screen string) bool { return strings.Contains(screen, "Profile  ") }
	for _, size := range []struct {
		columns, rows string
		done          func(screen string) bool
	}{
		{"100", "40", panel},
		{"60", "30", func(screen string) bool { return !panel(screen) && strings.Contains(screen, "Ctrl-C stops") }},
		{"80", "25", panel},
	} {
		term.tmux("resize-window", "-x", size.columns, "-y", size.rows)
		shown := strings.Split(term.shows(func(screen string) bool {
			return strings.Contains(screen, "▀▀▀▀▀▀▀ ") && !strings.Contains(screen, "this one has") && size.done(screen)
		}), "\n")
		if got := decode(t, shown, rowsAt124); got != want {
			t.Errorf("%s×%s: the drawn QR code: got %q, want %q", size.columns, size.rows, got, want)
		}
	}
	term.tmux("resize-window", "-x", "40", "-y", "15")
	term.shows(func(screen string) bool { return !strings.ContainsAny(screen, "█▀▄") })
	term.await(`this one has 40×15`)
}

// TestTerminalInBackground: a background job does not read the terminal, as that would
// stop it.
func TestTerminalInBackground(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 80, 24, nil, qrlogin(t)+" --wait 1s & wait $!")
	term.await(`exit 9`)
}
