package cmd

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// command builds a command directly below ssoctl.
type command struct {
	name  string
	build func(*parts) *cobra.Command
}

func commands() []command {
	return []command{
		{"authorize-url", newAuthorizeURL},
		{"exchange", newExchange},
		{"token", newToken},
		{"userinfo", newUserInfo},
		{"step", newStep},
		{"login", newLogin},
		{"qrlogin", newQRLogin},
		{"logout", newLogout},
		{"emulate", newEmulate},
		{"demo", newDemo},
		{"explain", newExplain},
		{"sign", newSign},
		{"jwt", newJWT},
		{"doctor", newDoctor},
		{"profile", newProfile},
		{"config", newConfig},
		{"trust", newTrust},
		{"cache", newCache},
		{"keyring", newKeyring},
		{"version", newVersion},
	}
}

// build builds only the commands that args name, because building all takes longer than to
// run a short command. It builds all if args name none: help, completion and errors about
// an unknown command need them.
func (r *root) build(args []string) {
	for _, o := range commands() {
		if slices.Contains(args, o.name) {
			r.add(o)
		}
	}
	if !r.cmd.HasSubCommands() || slices.Contains(args, "help") || slices.Contains(args, "completion") || completes(args) {
		r.buildAll()
		return
	}
	r.cmd.CompletionOptions.DisableDefaultCmd = true // cobra's completion command needs all too
}

// buildAll builds the commands that build left out, and those of cobra.
func (r *root) buildAll() {
	for _, o := range commands() {
		if !slices.ContainsFunc(r.cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == o.name }) {
			r.add(o)
		}
	}
	r.cmd.CompletionOptions.DisableDefaultCmd = false
	r.cmd.InitDefaultHelpCmd()
	r.cmd.InitDefaultCompletionCmd()
	r.strict()
}

// add adds a command, which sets r.accepted before its own code runs.
func (r *root) add(o command) {
	c := o.build(r.parts)
	r.watch(c)
	r.cmd.AddCommand(c)
}

// watch makes c and the commands below it set r.accepted before their own code runs.
func (r *root) watch(c *cobra.Command) {
	walk(c, func(c *cobra.Command) {
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				r.accepted = true
				return run(c, args)
			}
		}
	})
}

// strict makes unknown words an error where cobra would print help and succeed.
func (r *root) strict() {
	for _, c := range r.cmd.Commands() {
		switch c.Name() {
		case "help":
			c.Use = "help [COMMAND]"
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

// group returns a command that only has subcommands.
func group(name string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: name, Args: subcommand,
		RunE: func(*cobra.Command, []string) error {
			var names []string
			for _, sub := range subs {
				names = append(names, sub.Name())
			}
			return failure.Usagef(lang.Text{EN: "%s needs %s", ZH: "%s 后面要写 %s"}, name, lang.Or(names))
		},
	}
	c.AddCommand(subs...)
	return c
}

// subcommand is the [cobra.PositionalArgs] of a command that only has subcommands.
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
	return failure.Usagef(lang.Text{EN: "unknown command %q for %q%s", ZH: "%[2]q 没有 %[1]q 这个命令%[3]s"}, word, c.CommandPath(), didYouMean(names...))
}

// refused translates cobra's error about a command line into our words. Cobra itself
// reports only unknown commands; everything else is a [failure.UsageError] already.
func (r *root) refused(err error) error {
	if ours := (*failure.UsageError)(nil); errors.As(err, &ours) {
		return err
	}
	if word, _, ok := strings.Cut(strings.TrimPrefix(err.Error(), `unknown command "`), `" for "ssoctl"`); ok {
		r.buildAll()
		return unknownCommand(r.cmd, word)
	}
	return &failure.UsageError{Problem: lang.Of(err), Err: err}
}

// peek reads the language and the output format from a command line that is not parsed
// yet. Help needs the language; errors about the command line need the format.
func peek(args []string) (language, format string) {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.BoolP("help", "h", false, "") // an undefined -h would end the parsing
	f.StringVar(&language, "lang", "", "")
	f.StringVarP(&format, "output", "o", "", "")
	_ = f.Parse(args) // cobra says what is wrong
	return language, format
}

// askedFormat sets the output format from a command line that cobra refused.
func (r *root) askedFormat(args []string) {
	_, text := peek(args)
	env, _ := r.app.Env("SSOCTL_OUTPUT")
	format, err := render.ParseFormat(cmp.Or(text, env))
	if err != nil {
		format = render.Text
	}
	r.out.format = format
}

// prepareCompletion keeps flags that mean nothing to a command out of its completion.
func (r *root) prepareCompletion(args []string) {
	if len(args) < 2 || args[0] != cobra.ShellCompRequestCmd && args[0] != cobra.ShellCompNoDescRequestCmd {
		return
	}
	r.describe()
	if c, _, err := r.cmd.Find(args[1 : len(args)-1]); err == nil {
		hideMeaningless(c)
	}
}
