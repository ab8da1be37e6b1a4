package cmd

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
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

// page is the help of one command while it is written.
type page struct {
	*root
	strings.Builder
	width int // in columns
}

// printHelp prints the help of a command.
func (r *root) printHelp(c *cobra.Command) {
	const widest = 80
	p := &page{root: r, width: widest}
	if columns, _, tty := terminal.Size(r.Out); tty {
		p.width = min(columns, widest)
	}
	hideMeaningless(c)
	p.paragraphs(longOf(c))
	p.usage(c)
	p.examples(c)
	p.commands(c)
	p.flags(lang.Text{EN: "Flags", ZH: "参数"}, ownFlags(c))
	for _, g := range manual.Globals() {
		p.flags(g.Title, inheritedFlags(c, g))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(p, "\n%sssoctl %sCOMMAND --help\n", r.in(lang.Text{EN: "More about a command: ", ZH: "查看某个命令的用法："}), prefix(c))
	}
	fmt.Fprint(&r.help, p.String())
}

func longOf(c *cobra.Command) string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short
}

// prefix returns a command's path without ssoctl and with a space after it, such as
// "profile new "; "" for ssoctl itself.
func prefix(c *cobra.Command) string {
	if below := pathBelow(c); below != "" {
		return below + " "
	}
	return ""
}

// title writes the heading of a section.
func (p *page) title(t lang.Text) {
	fmt.Fprintf(p, "\n%s%s\n", p.in(t), p.in(lang.Text{EN: ":", ZH: "："}))
}

// paragraphs writes a text and wraps its paragraphs. A paragraph that begins with a space
// is written unchanged.
func (p *page) paragraphs(text string) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			p.WriteByte('\n')
		}
		if !strings.HasPrefix(paragraph, " ") {
			paragraph = terminal.Wrap(joined(paragraph), p.width)
		}
		p.WriteString(paragraph + "\n")
	}
}

// joined joins the lines of a paragraph with spaces, but without one after Chinese.
func joined(paragraph string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(paragraph, "\n") {
		last, _ := utf8.DecodeLastRuneInString(b.String())
		if b.Len() > 0 && ansi.StringWidth(string(last)) < 2 {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

func (p *page) usage(c *cobra.Command) {
	p.title(lang.Text{EN: "Usage", ZH: "用法"})
	flags := p.in(lang.Text{EN: "[flags]", ZH: "[参数]"})
	takesWords := strings.Contains(c.Use, " ")
	if takesWords || !c.HasAvailableSubCommands() {
		fmt.Fprintf(p, "  %s %s\n", strings.TrimSuffix(c.UseLine(), " [flags]"), flags)
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(p, "  %s COMMAND %s\n", c.CommandPath(), flags)
	}
}

func (p *page) examples(c *cobra.Command) {
	if c.Example != "" {
		p.title(lang.Text{EN: "Examples", ZH: "示例"})
		p.WriteString(c.Example + "\n")
	}
}

// commands lists the subcommands of c by group.
func (p *page) commands(c *cobra.Command) {
	const names = 17 // columns
	list := func(title lang.Text, group string) {
		for _, sub := range c.Commands() {
			if sub.GroupID != group || !sub.IsAvailableCommand() && sub.Name() != "help" {
				continue
			}
			if !title.IsZero() {
				p.title(title)
				title = lang.Text{}
			}
			p.row("  "+sub.Name(), names, sub.Short)
		}
	}
	for _, g := range manual.Groups() {
		list(g.Title, g.ID)
	}
	list(lang.Text{EN: "Commands", ZH: "命令"}, "")
}

// flags writes a title and a list of flags, or nothing if there are none.
func (p *page) flags(title lang.Text, flags []*pflag.Flag) {
	const names = 28 // columns
	for i, f := range flags {
		if i == 0 {
			p.title(title)
		}
		name := "      --" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		if value := valueOf(f); value != "" {
			name += " " + value
		}
		p.row(name, names, f.Usage+p.byDefault(f))
	}
}

// byDefault returns a note about a flag's default, or "" if that is empty, zero or false.
func (p *page) byDefault(f *pflag.Flag) string {
	value := f.DefValue
	switch value {
	case "", "false", "0", "[]":
		return ""
	}
	if _, ok := f.Value.(*span); ok {
		var usual span
		_ = usual.Set(value) // cannot fail: DefValue is the text of a span
		value = p.in(lang.Span(time.Duration(usual)))
	}
	return fmt.Sprintf(p.in(lang.Text{EN: " (default %s)", ZH: "（默认 %s）"}), value)
}

// row writes a name and, in a column beside it, its text. A name that is wider than its
// column has its own line.
func (p *page) row(name string, columns int, text string) {
	indent := strings.Repeat(" ", columns)
	if width := ansi.StringWidth(name); width+2 > columns {
		name += "\n" + indent
	} else {
		name += indent[width:]
	}
	text = terminal.Wrap(text, max(p.width-columns, 20))
	p.WriteString(name + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
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

// inheritedFlags returns the visible global flags of a group. Before it is called,
// [hideMeaningless] hides those that mean nothing to c.
func inheritedFlags(c *cobra.Command, g manual.FlagGroup) (out []*pflag.Flag) {
	for _, global := range g.Flags {
		if f := c.Root().PersistentFlags().Lookup(global.Name); f != nil && !f.Hidden {
			out = append(out, f)
		}
	}
	return out
}
