package cmd_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/cmd"
)

// The help of every command fits a terminal narrower than 80 columns, except its examples,
// which are not broken, so that they can be copied.
func TestHelpFitsTheTerminal(t *testing.T) {
	const columns = 60
	var all []string
	for _, command := range cmd.Commands() {
		all = append(all, "ssoctl "+command+" --help")
	}
	// tmux joins lines that were wider than the terminal.
	term := openTerminalThen(t, columns, 24, nil, "version", strings.Join(all, ";")+"; echo all of it; sleep 30")
	term.tmux("set-option", "history-limit", "50000")
	term.await(`(?m)^all of it$`)
	text := term.tmux("capture-pane", "-p", "-J", "-S", "-")
	flags := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		example := strings.HasPrefix(line, "  ssoctl") || strings.HasPrefix(line, "    --") // the flags of an example: others have an indent of 2 or 6
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
