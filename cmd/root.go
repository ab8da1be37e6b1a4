package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/help"
)

// root is one run of the program: the command tree and what its commands are made of.
type root struct {
	*parts
	cmd      *cobra.Command
	accepted bool    // the command line was valid, so that an error is not about it
	help     printed // what cobra prints on stdout
}

// newRoot builds the part of the command tree that args need, with help in the language
// that they ask for.
func newRoot(a *App, args []string) *root {
	r := &root{parts: newParts(a), help: printed{to: a.Out}}
	r.errs.tree = r // a hint names a flag only if the command has it
	var showVersion bool
	r.cmd = &cobra.Command{
		Use:           "ssoctl",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) error {
			if showVersion {
				return printVersion(c, r.out)
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error { return r.before(c) },
	}
	r.cmd.SetIn(a.In)
	r.cmd.SetOut(&r.help)
	r.cmd.SetErr(r.out.stderr)
	r.cmd.SetFlagErrorFunc(r.flagError)
	f := r.cmd.PersistentFlags()
	r.flags(f)
	r.cmd.Flags().BoolVar(&showVersion, "version", false, "")
	f.BoolP("help", "h", false, "")
	r.build(args)
	if completes(args) {
		r.complete()
	}
	r.out.lang, _ = peek(args) // help may be printed before cobra has parsed --lang
	r.cmd.SetHelpFunc(func(c *cobra.Command, _ []string) {
		if c == r.cmd {
			r.buildAll() // args may name a command elsewhere, as the value of a flag
		}
		r.describe()
		r.printHelp(c)
	})
	return r
}

// before checks the flags of a command, before it runs.
func (r *root) before(c *cobra.Command) error {
	r.errs.called = c.CommandPath()
	if err := help.CheckGlobals(c); err != nil {
		return err
	}
	if err := commandline.CheckFlags(c); err != nil {
		return err
	}
	return r.prepare(c)
}

// flagError returns the error for a flag that cobra does not accept, in our words.
func (r *root) flagError(c *cobra.Command, err error) error {
	r.describe()
	if asFlag := r.conf.inputAsFlag(c, err); asFlag != nil {
		return asFlag
	}
	return commandline.FlagError(c, err)
}
