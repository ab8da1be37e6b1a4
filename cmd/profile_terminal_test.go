package cmd_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestTerminalProfileShow: profile show and profile diff fit on a terminal of 80
// columns. Only a line that ends in an address may be longer.
func TestTerminalProfileShow(t *testing.T) {
	t.Parallel()
	const columns = 80
	ssoctl, err := exec.LookPath("ssoctl")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	profiles := usableProfiles(t)
	for _, p := range profiles {
		commands = append(commands, "profile show "+p.Name)
	}
	commands = append(commands, "profile diff "+profiles[0].Name+" "+profiles[1].Name)
	for _, language := range []string{"en", "zh"} {
		t.Run(language, func(t *testing.T) {
			var line strings.Builder
			for i, command := range commands {
				fmt.Fprintf(&line, "%s --lang %s; echo %d exits with $?; %s ", command, language, i, ssoctl)
			}
			term := openTerminal(t, columns, 24, nil, line.String()+"version")
			term.await(`(?m)^exit 0$`)
			text := term.tmux("capture-pane", "-p", "-J", "-S", "-") // -J joins lines that the terminal wrapped
			for i, command := range commands {
				if !strings.Contains(text, fmt.Sprintf("\n%d exits with 0\n", i)) {
					t.Errorf("%s does not exit with 0", command)
				}
			}
			shown := 0
			for line := range strings.Lines(text) {
				shown++
				line = strings.TrimRight(line, " \n")
				isAddress := strings.Contains(line[strings.LastIndexByte(line, ' ')+1:], "://") // addresses are not wrapped
				if ansi.StringWidth(line) > columns && !isAddress {
					t.Errorf("got a line of %d columns, want at most %d: %s", ansi.StringWidth(line), columns, line)
				}
			}
			if shown < 300 {
				t.Errorf("got %d lines, want at least 300", shown)
			}
		})
	}
}
