package cmd

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/help"
	"ssoctl/pkg/terminal"
)

// printed passes completion scripts and help on to stdout. It keeps the first error of a
// Write, because cobra does not report it.
type printed struct {
	to  io.Writer
	err error
}

func (p *printed) Write(text []byte) (int, error) {
	_, err := p.to.Write(text)
	if p.err == nil {
		p.err = err
	}
	return len(text), err
}

// printHelp prints the help of a command.
func (r *root) printHelp(c *cobra.Command) {
	width := 80 // columns
	if columns, _, tty := terminal.Size(r.app.Out); tty {
		width = min(columns, width)
	}
	fmt.Fprint(&r.help, help.Page(c, r.out.language()).Format(width))
}

// describe gives every command its help, in the user's language.
func (r *root) describe() { help.Describe(r.cmd, r.out.language()) }

// EachCommand calls do for ssoctl and for every command below it, until do returns an
// error. The global flags that a command does not take are hidden. It is for generators of
// documentation.
func EachCommand(do func(*cobra.Command) error) error {
	r := newRoot(&App{Env: func(string) (string, bool) { return "", false }}, nil)
	r.describe()
	var all []*cobra.Command // before do: cobra's generators add commands
	commandline.Walk(r.cmd, func(c *cobra.Command) { all = append(all, c) })
	for _, c := range all {
		help.HideMeaningless(c)
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}
