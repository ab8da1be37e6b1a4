package cmd

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/help"
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
	r.addBelowHelp()
	r.cmd.InitDefaultCompletionCmd()
	commandline.Strict(r.cmd)
}

// addBelowHelp adds our pages to cobra's command help.
func (r *root) addBelowHelp() {
	c, _, err := r.cmd.Find([]string{"help"})
	if err != nil || c.HasSubCommands() { // buildAll may run twice
		return
	}
	page := newHelpOutput(r.parts)
	r.watch(page)
	c.AddCommand(page)
}

// add adds a command, which sets r.accepted before its own code runs.
func (r *root) add(o command) {
	c := o.build(r.parts)
	r.watch(c)
	r.cmd.AddCommand(c)
}

// watch makes c and the commands below it set r.accepted before their own code runs.
func (r *root) watch(c *cobra.Command) {
	commandline.Walk(c, func(c *cobra.Command) {
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				r.accepted = true
				return run(c, args)
			}
		}
	})
}

// refused translates cobra's error about a command line into our words. Cobra itself
// reports only unknown commands; everything else is a [failure.UsageError] already.
func (r *root) refused(err error) error {
	if ours := (*failure.UsageError)(nil); errors.As(err, &ours) {
		return err
	}
	if word, _, ok := strings.Cut(strings.TrimPrefix(err.Error(), `unknown command "`), `" for "ssoctl"`); ok {
		r.buildAll()
		return commandline.UnknownCommand(r.cmd, word)
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
		help.HideMeaningless(c)
	}
}
