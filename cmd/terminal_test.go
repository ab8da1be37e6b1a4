package cmd_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// terminal is a real terminal: a tmux pane in which ssoctl runs.
type terminal struct {
	t      *testing.T
	socket string
}

// openTerminal runs ssoctl with the arguments in line in a new terminal, and prints its
// exit code there.
func openTerminal(t *testing.T, columns, rows int, env []string, line string) terminal {
	t.Helper()
	return openTerminalThen(t, columns, rows, env, line, "sleep 600")
}

// openTerminalThen is openTerminal with a command to run afterwards.
func openTerminalThen(t *testing.T, columns, rows int, env []string, line, then string) terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is not installed")
		}
		t.Skip("tmux is not installed")
	}
	ssoctl, err := exec.LookPath("ssoctl")
	if err != nil {
		t.Fatal(err)
	}
	// Each terminal has its own socket, even if two test processes run at once.
	term := terminal{t, fmt.Sprintf("%s-%d-%d", strings.ReplaceAll(t.Name(), "/", "-"), os.Getpid(), columns)}
	args := []string{"-f", "/dev/null", "start-server", ";", "set-option", "-g", "history-limit", "50000", ";", "new-session", "-d", "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows)}
	for _, e := range append(env, "HOME="+t.TempDir(), "SSOCTL_CLIENT_SECRET=not-shown-anywhere") {
		args = append(args, "-e", e)
	}
	term.tmux(append(args, ssoctl+" "+line+"; echo exit $?; "+then)...)
	t.Cleanup(func() { term.tmux("kill-server") })
	return term
}

func (term terminal) tmux(args ...string) string {
	term.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", term.socket}, args...)...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v: %s", args, err, out)
	}
	return string(out)
}

// screen returns the visible lines.
func (term terminal) screen() []string {
	return strings.Split(strings.TrimSuffix(term.tmux("capture-pane", "-p"), "\n"), "\n")
}

// settled returns the screen once it has not changed for 100 ms.
func (term terminal) settled() []string {
	term.t.Helper()
	last := term.screen()
	for range 50 {
		time.Sleep(100 * time.Millisecond)
		now := term.screen()
		if slices.Equal(now, last) {
			return now
		}
		last = now
	}
	term.t.Fatalf("the screen still changes after 5 s:\n%s", strings.Join(last, "\n"))
	return nil
}

// await waits until the output, with wrapped lines joined, matches, and returns the match.
// The output includes 100 lines that have scrolled off.
func (term terminal) await(pattern string) string {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	var text string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		text = term.tmux("capture-pane", "-p", "-J", "-S", "-100")
		if m := re.FindString(text); m != "" {
			return m
		}
	}
	term.t.Fatalf("want a match of %s in:\n%s", pattern, text)
	return ""
}

// pictureStart returns the index of the first line of a drawn QR code, which is empty if
// blocks are dark; -1 if none is drawn.
func pictureStart(screen []string, blocksAreDark bool) int {
	i := slices.IndexFunc(screen, func(line string) bool { return strings.ContainsAny(line, "█▀▄") })
	if blocksAreDark {
		i--
	}
	return max(i, -1)
}

// decode returns the text of the QR code of dark blocks on a screen, which is as many rows
// high.
func decode(t *testing.T, screen []string, rows int) string {
	t.Helper()
	got, err := decoded(screen, rows, true)
	if err != nil {
		t.Fatalf("%v in\n%s", err, strings.Join(screen, "\n"))
	}
	return got
}

// decoded reads the modules where they must be: a reader of photographs does not find the
// corners of each code. blocksAreDark says whether block characters are the dark modules or
// the light ones.
func decoded(screen []string, rows int, blocksAreDark bool) (text string, err error) {
	const quiet = 2 // modules
	from := pictureStart(screen, blocksAreDark)
	if from < 0 || len(screen) < from+rows {
		return "", errors.New("there is no whole picture")
	}
	picture := screen[from : from+rows]
	side := 2*len(picture) - 1
	modules := make([][]bool, side-2*quiet)
	for y := range side {
		line := picture[y/2]
		cells := []rune(line + strings.Repeat(" ", side))
		half := "█▀"
		if y%2 == 1 {
			half = "█▄"
		}
		for x := range side {
			dark := strings.ContainsRune(half, cells[x]) == blocksAreDark
			if inside := min(x, y) >= quiet && max(x, y) < side-quiet; inside {
				modules[y-quiet] = append(modules[y-quiet], dark)
			} else if dark {
				return "", fmt.Errorf("column %d of line %d is dark, in the quiet zone", x, y/2)
			}
		}
	}
	got, err := decoder.NewDecoder().DecodeBoolMapWithoutHint(modules)
	if err != nil {
		return "", err
	}
	return got.GetText(), nil
}

// qrlogin returns the arguments of a scan login with the first built-in profile that has
// scan = true and puts the state into redirect_uri, so that the address is short.
func qrlogin(t *testing.T) string {
	t.Helper()
	name := firstBuiltin(t, func(p *profile.Profile) bool {
		return p.Authorize != nil && p.Authorize.Scan && p.Authorize.State == profile.StateRedirect
	})
	return "qrlogin -p " + name + " --set client_id=10000"
}

// firstBuiltin returns the name of the first built-in profile for which does is true.
func firstBuiltin(t *testing.T, does func(*profile.Profile) bool) string {
	t.Helper()
	src := profile.Sources{Builtin: profiles.FS}
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			t.Fatal(err)
		}
		if does(p) {
			return name
		}
	}
	t.Fatal("no built-in profile has what this test needs")
	return ""
}

// address matches the address for the phone, and not the offer to listen on the LAN that
// is printed before it.
const address = `(?m)^https://\S+redirect_uri\S+`

// rowsAt124 is the height in rows of that address's QR code: version 6, a quiet zone of
// two modules, two modules per row.
const rowsAt124 = 23

func TestTerminalQR(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		columns, rows int
		env           []string
		blocksAreDark bool
		panel         bool
	}{
		{"80x24", 80, 24, nil, true, true},
		{"wide", 132, 43, nil, true, true},
		{"narrow", 60, 30, nil, true, false},
		{"no colour on dark", 80, 24, []string{"NO_COLOR=1"}, false, true},
		{"no colour on light", 80, 24, []string{"NO_COLOR=1", "COLORFGBG=0;15"}, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			term := openTerminal(t, test.columns, test.rows, test.env, qrlogin(t))
			want := term.await(address)
			term.await(`[45]:\d\d`)
			var at int                        // the first line of the picture
			draws := func(text string) bool { // false as long as only a part is drawn
				screen := strings.Split(text, "\n")
				at = pictureStart(screen, test.blocksAreDark)
				got, err := decoded(screen, rowsAt124, test.blocksAreDark)
				return err == nil && got == want
			}
			term.shows(draws)
			first := at
			term.await(`4:5[0-8]`)
			term.shows(draws)
			if at != first {
				t.Errorf("line %d, a second later in line %d", first, at)
			}
			term.await("Ctrl-C")
			if test.panel {
				term.await("Profile  ")
			}
		})
	}
}

func TestTerminalTooSmall(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 40, 15, nil, qrlogin(t))
	term.await(address)
	term.await(`The picture needs a terminal of 45×25,\nthis one has 40×15`)
	if text := term.tmux("capture-pane", "-p", "-S", "-100"); strings.ContainsAny(text, "█▀▄") {
		t.Errorf("part of a QR code was drawn:\n%s", text)
	}
}

func TestTerminalInterrupt(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 80, 24, nil, qrlogin(t))
	term.await(`4:5\d`)
	term.tmux("send-keys", "C-c")
	term.await(`exit 130`)
}

// TestTerminalDumb: with TERM=dumb, as in an editor, the output is plain lines.
func TestTerminalDumb(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 80, 24, nil, "version; TERM=dumb ssoctl "+qrlogin(t)+" --wait 2s --trace")
	term.await(`(?s)confirm there\. Waiting: QR code 5:00.*exit 9`)
	if text := term.tmux("capture-pane", "-p", "-e", "-S", "-100"); strings.ContainsAny(text, "█▀▄\x1b") {
		t.Errorf("want no block characters and no escape sequences in\n%q", text)
	}
}

// TestTerminalTrace: the trace is printed after what is redrawn in place, not within it.
func TestTerminalTrace(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"login --no-browser", "qrlogin"} {
		name, _, _ := strings.Cut(command, " ")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor := emulate(t, strings.Fields(qrlogin(t))[2], nil, standingStill)
			env := []string{"SSOCTL_PROFILE=" + vendor.vendor.Name}
			inputs := vendor.Inputs(vendor.vendor.Name)
			for input := range inputs {
				if text, _ := inputs.Text(input); input != "redirect_uri" {
					env = append(env, "SSOCTL_"+strings.ToUpper(input)+"="+text, "EMULATED_"+strings.ToUpper(input)+"="+text)
				}
			}
			term := openTerminal(t, 124, 50, env, command+" --trace --set client_secret=env:EMULATED_CLIENT_SECRET")
			term.await(`4:5\d`)
			resp, err := http.Get(term.await(`(?m)^http://\S+redirect_uri\S+`))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			term.await(`exit 0`)
			text := term.tmux("capture-pane", "-p", "-J", "-S", "-500")
			drawn, after, _ := strings.Cut(text, "\n← callback  redirect from the browser\n")
			if !strings.Contains(after, "\n→ exchange\n") || strings.Contains(after, "Ctrl-C") || name == "qrlogin" && !strings.Contains(drawn, "Confirmed.") {
				t.Errorf("want the trace after the redrawn lines:\n%s", text)
			}
		})
	}
}
