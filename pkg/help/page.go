package help

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
)

// Page is the help of a command that [Describe] has described.
func Page(c *cobra.Command, l lang.Lang) *manual.Page {
	HideMeaningless(c)
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
		if value := commandline.ValueName(f); value != "" {
			name += " " + value
		}
		list.Rows = append(list.Rows, manual.Row{Name: name, Text: f.Usage + byDefault(f).In(l)})
	}
	return list
}

// byDefault returns a note about a flag's default; the zero Text if the default needs no
// mention.
func byDefault(f *pflag.Flag) lang.Text {
	usual := commandline.Default(f)
	if usual.IsZero() {
		return usual
	}
	return lang.Sprintf(lang.Text{EN: " (default %s)", ZH: "（默认 %s）"}, usual)
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

// globalFlags returns the visible global flags of a group.
func globalFlags(c *cobra.Command, g manual.FlagGroup) (out []*pflag.Flag) {
	for _, global := range g.Flags {
		if f := c.Root().PersistentFlags().Lookup(global.Name); f != nil && !f.Hidden {
			out = append(out, f)
		}
	}
	return out
}
