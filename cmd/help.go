package cmd

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
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
	hideMeaningless(c)
	fmt.Fprint(&r.help, helpPage(c, r.out.language()).Format(width))
}

func helpPage(c *cobra.Command, l lang.Lang) *manual.Page {
	page := &manual.Page{Lang: l, Long: cmp.Or(c.Long, c.Short), Usage: usageLines(c, l), Examples: c.Example}
	for _, g := range manual.Groups() {
		page.Lists = append(page.Lists, commandList(c, g))
	}
	page.Lists = append(page.Lists, commandList(c, manual.Group{Title: lang.Text{EN: "Commands", ZH: "命令"}}))
	page.Lists = append(page.Lists, flagList(lang.Text{EN: "Flags", ZH: "参数"}, ownFlags(c), l))
	for _, g := range manual.Globals() {
		page.Lists = append(page.Lists, flagList(g.Title, globalFlags(c, g), l))
	}
	if c.HasAvailableSubCommands() {
		page.More = c.CommandPath() + " COMMAND --help"
	}
	return page
}

func usageLines(c *cobra.Command, l lang.Lang) (lines []string) {
	flags := lang.Text{EN: " [flags]", ZH: " [参数]"}.In(l)
	takesWords := strings.Contains(c.Use, " ")
	if takesWords || !c.HasAvailableSubCommands() {
		lines = append(lines, strings.TrimSuffix(c.UseLine(), " [flags]")+flags)
	}
	if c.HasAvailableSubCommands() {
		lines = append(lines, c.CommandPath()+" COMMAND"+flags)
	}
	return lines
}

// commandList lists the subcommands of c that are in a group.
func commandList(c *cobra.Command, g manual.Group) manual.List {
	list := manual.List{Title: g.Title, Width: manual.CommandWidth}
	for _, sub := range c.Commands() {
		if sub.GroupID == g.ID && (sub.IsAvailableCommand() || sub.Name() == "help") {
			list.Rows = append(list.Rows, manual.Row{Name: "  " + sub.Name(), Text: sub.Short})
		}
	}
	return list
}

func flagList(title lang.Text, flags []*pflag.Flag, l lang.Lang) manual.List {
	list := manual.List{Title: title, Width: manual.FlagWidth}
	for _, f := range flags {
		name := "      --" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		if value := valueOf(f); value != "" {
			name += " " + value
		}
		list.Rows = append(list.Rows, manual.Row{Name: name, Text: f.Usage + byDefault(f).In(l)})
	}
	return list
}

// byDefault returns a note about a flag's default, or zero if that is empty, zero or false.
func byDefault(f *pflag.Flag) lang.Text {
	value := lang.Text{EN: f.DefValue, ZH: f.DefValue}
	switch f.DefValue {
	case "", "false", "0", "[]":
		return lang.Text{}
	}
	if _, ok := f.Value.(*span); ok {
		var usual span
		_ = usual.Set(f.DefValue) // cannot fail: DefValue is the text of a span
		value = lang.Span(time.Duration(usual))
	}
	return lang.Sprintf(lang.Text{EN: " (default %s)", ZH: "（默认 %s）"}, value)
}

// ownFlags returns the visible flags that only c has.
func ownFlags(c *cobra.Command) (out []*pflag.Flag) {
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			out = append(out, f)
		}
	})
	return out
}

// globalFlags returns the visible global flags of a group. Before it is called,
// [hideMeaningless] hides those that mean nothing to c.
func globalFlags(c *cobra.Command, g manual.FlagGroup) (out []*pflag.Flag) {
	for _, global := range g.Flags {
		if f := c.Root().PersistentFlags().Lookup(global.Name); f != nil && !f.Hidden {
			out = append(out, f)
		}
	}
	return out
}
