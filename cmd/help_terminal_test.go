package cmd_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/cmd"
)

// The help of every command fits a terminal: no word is broken at its edge, and what
// goes on does so below its own column.
func TestHelpFitsTheTerminal(t *testing.T) {
	const columns = 80
	var all []string
	for _, command := range cmd.Commands() {
		if !strings.HasPrefix(command, "help") && !strings.HasPrefix(command, "completion") { // cobra's own
			all = append(all, "ssoctl "+command+" --help")
		}
	}
	// What the terminal joins are lines that were longer than it is wide.
	term := openTerminalThen(t, columns, 24, nil, "version", strings.Join(all, ";")+"; echo all of it; sleep 30")
	term.tmux("set-option", "history-limit", "50000")
	term.await(`(?m)^all of it$`)
	text := term.tmux("capture-pane", "-p", "-J", "-S", "-")
	flags := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		example := strings.HasPrefix(line, "  ") && !strings.HasPrefix(strings.TrimSpace(line), "-") && strings.Contains(line, "ssoctl")
		if ansi.StringWidth(line) > columns && !example {
			t.Errorf("longer than the terminal: %s", line)
		}
		if strings.HasPrefix(line, "      --no-color") {
			flags++
		}
	}
	if flags != len(all) {
		t.Errorf("the help of %d commands shows %d times", len(all), flags)
	}
}
