package cmd_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browserLogin starts a login against an emulator, with these flags, in a new terminal.
// A shell runs there once the login has ended.
func browserLogin(t *testing.T, columns, rows int, flags string) terminal {
	t.Helper()
	env := []string{}
	for name, value := range emulateProcess(t, "oauth2").Profiles["oauth2"] {
		switch name {
		case "redirect_uri":
		case "client_secret": // openTerminalThen sets SSOCTL_CLIENT_SECRET
			env = append(env, "EMULATED="+value)
		default:
			env = append(env, "SSOCTL_"+strings.ToUpper(name)+"="+value)
		}
	}
	return openTerminalThen(t, columns, rows, env, "login -p oauth2 --no-browser --jq .user.name --set client_secret=env:EMULATED "+flags, "sh")
}

// redirected opens the address on the screen as a browser would, and returns the
// address to which the emulator redirects it.
func (term terminal) redirected() *url.URL {
	term.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(term.await(`(?m)^http://\S+redirect_uri\S+`))
	if err != nil {
		term.t.Fatal(err)
	}
	resp.Body.Close()
	u, err := resp.Location()
	if err != nil {
		term.t.Fatal(err)
	}
	return u
}

// paste pastes a text and presses Enter.
func (term terminal) paste(text string) {
	term.t.Helper()
	term.tmux("set-buffer", text)
	term.tmux("paste-buffer")
	term.tmux("send-keys", "Enter")
}

// givenBack checks that the terminal has its line mode, echo and signal keys again.
func (term terminal) givenBack() {
	term.t.Helper()
	term.tmux("send-keys", "stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig)$' | sort | xargs echo modes:", "Enter")
	term.await(`(?m)^(?:[#$] )?modes: echo icanon isig`) // the shell's prompt may come late, on the same line
}

func TestTerminalPaste(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		columns, rows int
		flags         string
	}{
		"80x24":       {80, 24, ""},
		"40x15":       {40, 15, ""},
		"paste 80x24": {80, 24, "--paste"},
		"paste 40x15": {40, 15, "--paste --lang zh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := browserLogin(t, c.columns, c.rows, c.flags)
			back := term.redirected()
			term.await(`[45]:\d\d`)
			forged := *back
			forged.RawQuery = "code=C&state=forged"
			term.paste(forged.String())
			term.await(`does\s+not\s+belong\s+to|state 不属于这次登录`)
			term.paste("not an address")
			term.await(`contains\s+a\s+space|其中有空格`)
			term.tmux("send-keys", "junk")
			term.await(`\b4\b`)
			term.tmux("send-keys", "C-u")
			if code := back.Query().Get("code"); strings.Contains(strings.Join(term.screen(), ""), code) {
				t.Error("the screen shows the code before it was pasted")
			}
			term.paste(back.String())
			term.await(`王小明`)
			term.await(`exit 0`)
			if text := strings.Join(term.settled(), ""); strings.Contains(text, back.Query().Get("state")+"&") && strings.Contains(text, "code=") {
				t.Errorf("the screen shows the pasted address:\n%s", text)
			}
			term.givenBack()
		})
	}
}

// TestTerminalStrays: messages about ignored requests appear above the countdown, and
// leave it intact.
func TestTerminalStrays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		columns, rows int
		flags         string
	}{
		"80x24": {80, 24, ""},
		"40x15": {40, 15, "--lang zh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := browserLogin(t, c.columns, c.rows, c.flags)
			back := term.redirected()
			term.await(`[45]:\d\d`)
			term.tmux("send-keys", "half")
			for _, query := range []string{"error=access_denied", "code=C&state=" + back.Query().Get("state") + "x", "error=access_denied"} {
				stray := *back
				stray.RawQuery = query
				resp, err := http.Get(stray.String())
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			term.await(`2\s+such\s+requests|收到\s*2\s*个`)
			screen := term.tmux("capture-pane", "-p", "-S", "-100") // a small terminal has scrolled
			text := strings.Join(strings.Fields(screen), "")
			if n := strings.Count(text, "Ctrl-C"); n != 1 || strings.Count(text, "Ignored:")+strings.Count(text, "未采用：") != 3 {
				t.Errorf("want three ignored requests and one countdown:\n%s", screen)
			}
			term.await(`\b4 characters|已输入 4 个字符`)
			term.tmux("send-keys", "C-u")
			term.paste(back.String())
			term.await(`exit 0`)
			term.givenBack()
		})
	}
}

// TestTerminalBrowserWins: when the browser is redirected, a half-typed address is
// discarded.
func TestTerminalBrowserWins(t *testing.T) {
	t.Parallel()
	term := browserLogin(t, 80, 24, "")
	back := term.redirected()
	term.await(`Paste the address`)
	term.tmux("send-keys", "half an addr")
	term.await(`12 characters typed: Enter submits`)
	resp, err := http.Get(back.String())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	term.await(`王小明`)
	term.await(`exit 0`)
	term.givenBack()
}

func TestTerminalLoginInterrupt(t *testing.T) {
	t.Parallel()
	for _, flags := range []string{"", "--paste", "--wait 1s"} {
		t.Run(flags, func(t *testing.T) {
			t.Parallel()
			term := browserLogin(t, 80, 24, flags)
			if flags == "--wait 1s" {
				term.await(`exit 9`)
			} else {
				term.await(`4:5\d`)
				term.tmux("send-keys", "C-c")
				term.await(`exit 130`)
			}
			term.givenBack()
		})
	}
}

// TestTerminalLoginHangup: the terminal's modes are restored after a signal, too. The
// script in place of xdg-open sends it.
func TestTerminalLoginHangup(t *testing.T) {
	t.Parallel()
	for _, signal := range []string{"HUP", "TERM"} {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte("#!/bin/sh\nkill -"+signal+" $PPID\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			line := "version; PATH=" + folder + ":$PATH ssoctl " + strings.TrimPrefix(qrlogin(t), "qr")
			term := openTerminalThen(t, 80, 24, nil, line, "sh")
			term.await(`exit 130`)
			term.givenBack()
		})
	}
}

// TestTerminalLoginResized: after resizing, each part of the screen is there once,
// unbroken.
func TestTerminalLoginResized(t *testing.T) {
	t.Parallel()
	term := browserLogin(t, 80, 24, "")
	term.await(`4:5\d left`)
	for _, size := range [][2]string{{"40", "15"}, {"100", "30"}, {"60", "20"}} {
		term.tmux("resize-window", "-x", size[0], "-y", size[1])
		whole := func(screen string) bool {
			text := strings.Join(strings.Fields(screen), " ")
			return strings.Count(text, "Ctrl-C stops.") == 1 && strings.Count(text, "and press Enter") == 1 && strings.Count(text, "Open this address") == 1
		}
		term.shows(whole)
		time.Sleep(1200 * time.Millisecond) // the countdown is redrawn each second
		term.shows(whole)
	}
}

// TestTerminalLoginQR: a terminal too small for the QR code gets a sentence instead.
func TestTerminalLoginQR(t *testing.T) {
	t.Parallel()
	small := browserLogin(t, 40, 15, "--qr")
	small.await(`needs a terminal of \d+×\d+, this`)
	if text := small.tmux("capture-pane", "-p", "-S", "-100"); strings.ContainsAny(text, "█▀▄") {
		t.Errorf("part of a QR code was drawn:\n%s", text)
	}
	large := browserLogin(t, 120, 60, "--qr")
	address := large.await(`(?m)^http://\S+redirect_uri\S+`)
	large.await(`4:5\d`)
	shown := large.settled()
	var picture []string
	for _, line := range shown {
		if strings.ContainsAny(line, "█▀▄") {
			picture = append(picture, line)
		}
	}
	if len(picture) < 20 || address == "" {
		t.Errorf("got %d lines of a QR code, want at least 20:\n%s", len(picture), strings.Join(shown, "\n"))
	}
}
