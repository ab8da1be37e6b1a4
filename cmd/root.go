package cmd

import (
	"crypto/tls"

	"github.com/spf13/cobra"

	"ssoctl/pkg/handoff"
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
	curl bool // a flag

	// noVerifier: a code was sent without code_verifier, although the profile uses PKCE.
	noVerifier bool
	handing    *handoff.Command // nil until the command uses it
	made       tls.Certificate  // the certificate of --listen-tls
	help       printed          // what cobra prints on stdout
	called     string           // the running command, such as "ssoctl profile lint"
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
	var showVersion bool
	r.cmd = &cobra.Command{
		Use:           "ssoctl",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) error {
			if showVersion {
				return r.printVersion(c)
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			r.called = c.CommandPath()
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
	f.BoolVar(&r.curl, "curl", false, "")
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
	if err := r.checkCurl(c); err != nil {
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
			page = r.page(err)
		}
		if failed := r.save(page); failed != nil {
			return failed
		}
	}
	return r.flush()
}
