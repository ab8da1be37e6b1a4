package cmd

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// printed is what cobra prints, its help above all: on a terminal broken at words. It
// remembers that something could not be written, which cobra does not tell.
type printed struct {
	to  io.Writer
	err error
}

func (p *printed) Write(text []byte) (int, error) {
	shown := string(text)
	if columns, _, tty := screen(p.to); tty {
		lines := strings.Split(shown, "\n")
		for i, line := range lines {
			lines[i] = hanging(line, columns)
		}
		shown = strings.Join(lines, "\n")
	}
	_, err := io.WriteString(p.to, shown)
	if p.err == nil { // one is enough
		p.err = err
	}
	return len(text), err
}

// hanging breaks a line of prose, or of a flag, at words; a flag's goes on below its
// second column, where that leaves room. Examples stay whole, to be copied.
func hanging(line string, columns int) string {
	first := strings.TrimLeft(line, " ")
	indent := len(line) - len(first)
	isFlag := strings.HasPrefix(first, "-")
	if ansi.StringWidth(line) <= columns || indent > 0 && !isFlag {
		return line
	}
	if name, text, ok := strings.Cut(first, "  "); ok && isFlag {
		second := indent + len(name) + 2 + len(text) - len(strings.TrimLeft(text, " "))
		if second < columns/2 {
			indent = second
		}
	}
	// Two columns stay free, for a blank and a hyphen that Wordwrap lets hang over.
	wrapped := ansi.Wordwrap(line[indent:], columns-indent-2, "")
	return line[:indent] + strings.ReplaceAll(wrapped, "\n", "\n"+strings.Repeat(" ", indent))
}

// strict refuses unknown words where cobra would print help and succeed.
func (r *root) strict() {
	r.watch(r.cmd.Commands())
	r.cmd.InitDefaultHelpCmd()
	r.cmd.InitDefaultCompletionCmd()
	for _, c := range r.cmd.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				found, rest, err := r.cmd.Find(args)
				if err == nil && len(rest) > 0 {
					err = unknownCommand(found, rest[0])
				}
				return err
			}
		case "completion":
			c.Args = subcommand
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
			for _, shell := range c.Commands() {
				shell.Args = arguments(0, 0)
			}
		}
	}
}

// watch has every command say that its own code is reached.
func (r *root) watch(commands []*cobra.Command) {
	for _, c := range commands {
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				r.started = true
				return run(c, args)
			}
		}
		r.watch(c.Commands())
	}
}

// subcommand is cobra.PositionalArgs of a command that only has others below it.
func subcommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(c, args[0])
}

func unknownCommand(c *cobra.Command, word string) error {
	c.SuggestionsMinimumDistance = 2
	names := c.SuggestionsFor(word)
	slices.Sort(names)
	return usagef(lang.Text{EN: "unknown command %q for %q%s", ZH: "没有 %q 这个命令（%q）%s"}, word, c.CommandPath(), didYouMean(names...))
}

// refused is cobra's error about a command line, in our words: all that is left to cobra
// is an unknown command.
func (r *root) refused(err error) error {
	if ours := (*usageError)(nil); errors.As(err, &ours) {
		return err
	}
	if word, _, ok := strings.Cut(strings.TrimPrefix(err.Error(), `unknown command "`), `" for "ssoctl"`); ok {
		return unknownCommand(r.cmd, word)
	}
	return &usageError{problem: lang.Of(err), cause: err}
}

// asked reads output format and language off a command line that cobra refused, as
// far as they can be told.
func (r *root) asked(args []string) {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.ParseErrorsAllowlist.UnknownFlags = true
	env, _ := r.Env("SSOCTL_OUTPUT")
	output := f.StringP("output", "o", env, "")
	f.StringVar(&r.lang, "lang", r.lang, "")
	_ = f.Parse(args) // what is wrong has been found
	if format, err := render.ParseFormat(*output); err == nil {
		r.format = format
	} else {
		r.format = render.Text
	}
}
