package cmd

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/record"
)

// parts are what commands are made of. Each command takes those that it needs.
type parts struct {
	app     *App
	out     *printer
	in      *input
	conf    *config
	conn    *connection
	rec     *recording
	clients *clients
	certs   *certificates
	curls   *curls
	errs    *reporter
	flows   *flows
}

func newParts(a *App) *parts {
	p := &parts{app: a}
	p.out = newPrinter(a)
	p.in = &input{from: a.In, out: p.out, now: a.Now}
	p.conf = &config{env: a.Env, in: p.in, out: p.out}
	p.conn = &connection{client: a.HTTP, env: a.Env, out: p.out}
	p.rec = &recording{out: p.out, now: a.Now}
	p.clients = &clients{out: p.out, conf: p.conf, conn: p.conn, rec: p.rec, now: a.Now, rand: a.Rand}
	p.certs = &certificates{out: p.out, now: a.Now, rand: a.Rand}
	p.curls = &curls{out: p.out, conn: p.conn, rec: p.rec, now: a.Now}
	p.errs = &reporter{out: p.out, conf: p.conf, conn: p.conn, rec: p.rec, curls: p.curls, now: a.Now}
	p.flows = &flows{out: p.out, in: p.in, conf: p.conf, rec: p.rec, certs: p.certs, errs: p.errs, now: a.Now, openBrowser: a.OpenBrowser}
	return p
}

// flags adds the global flags.
func (p *parts) flags(f *pflag.FlagSet) {
	p.out.flags(f)
	p.conf.flags(f)
	p.conn.flags(f)
	p.rec.flags(f)
	p.clients.flags(f)
	p.curls.flags(f)
}

// prepare reads the global flags and their environment, before any command.
func (p *parts) prepare(c *cobra.Command) error {
	for name, env := range map[string]string{"profile": "SSOCTL_PROFILE", "config": "SSOCTL_CONFIG", "output": "SSOCTL_OUTPUT", "retries": "SSOCTL_RETRIES"} {
		if v, ok := p.app.Env(env); ok && v != "" && !c.Flags().Changed(name) {
			if err := c.Flags().Set(name, v); err != nil {
				return failure.Usagef(lang.Text{EN: "%s %s: %v", ZH: "%s %s：%v"}, env, v, cmp.Or(errors.Unwrap(err), err)) // without pflag's words
			}
			p.conf.profileFromEnv = p.conf.profileFromEnv || name == "profile"
		}
	}
	if err := commandline.CheckEmpty(c, "issuer", "client-id", "har", "report"); err != nil {
		return err
	}
	p.conf.choice = p.conf.provider.choose(p.conf.choice)
	if err := p.out.prepare(); err != nil {
		return err
	}
	if err := p.curls.check(c); err != nil {
		return err
	}
	if err := p.conn.prepare(c.Context()); err != nil {
		return err
	}
	if err := p.rec.prepare(p.conn); err != nil {
		return err
	}
	p.out.ci.Secrets = p.rec.scrub
	return nil
}

// end writes the files of --har and --report for a command that ended with err, then the
// waiting result. It returns its own error, not err.
func (p *parts) end(err error) error {
	if p.rec.files.Any() && p.rec.calls != nil {
		page := record.Report{Lang: p.out.language()}
		if p.rec.files.Report != "" {
			page = p.errs.page(err)
		}
		if failed := p.rec.files.Save(p.rec.calls, version(), page); failed != nil {
			return failed
		}
	}
	return p.out.flush()
}
