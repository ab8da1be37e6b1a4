package cmd_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestTerminalProfileShow: on a terminal of 80 columns no line of any profile's
// description goes beyond its edge, but for what cannot be broken.
func TestTerminalProfileShow(t *testing.T) {
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
				fmt.Fprintf(&line, "%s --lang %s; echo %d ends with $?; %s ", command, language, i, ssoctl)
			}
			term := openTerminal(t, columns, 1500, nil, line.String()+"version")
			for i := range commands {
				term.await(fmt.Sprintf(`(?m)^%d ends with 0$`, i))
			}
			shown := 0
			for line := range strings.Lines(term.tmux("capture-pane", "-p", "-J")) { // lines that the terminal wrapped are joined
				shown++
				line = strings.TrimRight(line, " \n")
				isAddress := strings.Contains(line[strings.LastIndexByte(line, ' ')+1:], "://") // those stay whole
				if ansi.StringWidth(line) > columns && !isAddress {
					t.Errorf("%d columns: %s", ansi.StringWidth(line), line)
				}
			}
			if shown < 300 {
				t.Errorf("only %d lines", shown)
			}
		})
	}
}
