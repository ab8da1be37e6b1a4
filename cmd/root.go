package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/record"
)

// root is one run of the program: the command tree, the global flags and the state that
// commands share.
type root struct {
	*App
	cmd     *cobra.Command
	started bool // a command's own code was reached; earlier errors are usage errors

	*printer
	*input
	*config
	*connection
	*recording
	*clients
	certs *certificates
	curls *curls
	errs  *reporter
	flows *flows

	help printed // what cobra prints on stdout
}

// newRoot builds the part of the command tree that args need, with help in the language
// that they ask for.
func newRoot(a *App, args []string) *root {
	out := &printer{stdout: a.Out, stderr: a.Err, env: a.Env}
	in := &input{from: a.In, out: out}
	r := &root{
		App: a, help: printed{to: a.Out}, printer: out, input: in,
		config:     &config{env: a.Env, input: in, out: out},
		connection: &connection{client: a.HTTP, env: a.Env, out: out},
		recording:  &recording{out: out, now: a.Now},
	}
	r.clients = &clients{out: out, conf: r.config, conn: r.connection, rec: r.recording, now: a.Now, rand: a.Rand}
	r.certs = &certificates{out: out, now: a.Now, rand: a.Rand}
	r.curls = &curls{out: out, conn: r.connection, rec: r.recording, now: a.Now}
	r.errs = &reporter{out: out, conf: r.config, conn: r.connection, rec: r.recording, curls: r.curls, tree: r, now: a.Now}
	r.flows = &flows{out: out, in: in, conf: r.config, rec: r.recording, certs: r.certs, errs: r.errs, now: a.Now, openBrowser: a.OpenBrowser}
	var showVersion bool
	r.cmd = &cobra.Command{
		Use:           "ssoctl",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) error {
			if showVersion {
				return printVersion(c, r.printer)
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			r.errs.called = c.CommandPath()
			if err := checkGlobals(c); err != nil {
				return err
			}
			if err := checkFlags(c); err != nil {
				return err
			}
			return r.prepare(c)
		},
	}
	r.cmd.SetIn(a.In)
	r.cmd.SetOut(&r.help)
	r.cmd.SetErr(a.Err)
	r.cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		r.describe()
		return flagFault(c, err)
	})
	f := r.cmd.PersistentFlags()
	r.printer.flags(f)
	r.config.flags(f)
	r.connection.flags(f)
	r.recording.flags(f)
	r.clients.flags(f)
	f.BoolVar(&r.curls.on, "curl", false, "")
	r.cmd.Flags().BoolVar(&showVersion, "version", false, "")
	f.BoolP("help", "h", false, "")
	r.complete()
	r.build(args)
	r.lang, _ = peek(args)
	r.cmd.SetHelpFunc(func(c *cobra.Command, _ []string) {
		r.describe()
		r.printHelp(c)
	})
	return r
}

// prepare reads the global flags and their environment, before any command.
func (r *root) prepare(c *cobra.Command) error {
	for name, env := range map[string]string{"profile": "SSOCTL_PROFILE", "config": "SSOCTL_CONFIG", "output": "SSOCTL_OUTPUT"} {
		if v, ok := r.Env(env); ok && v != "" && !c.Flags().Changed(name) {
			if err := c.Flags().Set(name, v); err != nil {
				return usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, env, err)
			}
		}
	}
	r.input.ctx = c.Context()
	if err := r.printer.prepare(); err != nil {
		return err
	}
	if err := r.curls.check(c); err != nil {
		return err
	}
	if err := r.connection.prepare(); err != nil {
		return err
	}
	return r.recording.prepare(c.Flags(), r.connection)
}

// end writes the files of --har and --report for a command that ended with err, then the
// waiting result. It returns its own error, not err.
func (r *root) end(err error) error {
	if r.exchanges != nil {
		var page record.Report
		if r.reportFile != "" {
			page = r.errs.page(err)
		}
		if failed := r.save(page); failed != nil {
			return failed
		}
	}
	return r.flush()
}
