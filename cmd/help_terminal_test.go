package cmd_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/cmd"
)

// TestHelpFitsTheTerminal: the help of every command fits a terminal narrower than 80
// columns. Only examples may be wider: they are not wrapped, so that they can be copied.
func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	const columns = 60
	var all []string
	for _, command := range cmd.Commands() {
		all = append(all, "ssoctl "+command+" --help")
	}
	// capture-pane -J joins lines that were wider than the terminal.
	term := openTerminalThen(t, columns, 24, nil, "version", strings.Join(all, ";")+"; echo all of it; sleep 600")
	term.await(`(?m)^all of it$`)
	text := term.tmux("capture-pane", "-p", "-J", "-S", "-")
	flags := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		example := strings.HasPrefix(line, "  ssoctl") || strings.HasPrefix(line, "    --") // flags of an example have an indent of 4; other flags have 2 or 6
		if ansi.StringWidth(line) > columns && !example {
			t.Errorf("got a line of %d columns, want at most %d: %s", ansi.StringWidth(line), columns, line)
		}
		if strings.HasPrefix(line, "      --no-color") {
			flags++
		}
	}
	if flags != len(all) {
		t.Errorf("got the help of %d commands, want %d", flags, len(all))
	}
}
