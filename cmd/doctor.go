package cmd

import (
	"context"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/doctor"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// doctorOptions are the flags of doctor, and what it needs.
type doctorOptions struct {
	out     *printer
	conf    *config
	conn    *connection
	rec     *recording
	clients *clients
	errs    *reporter
	now     func() time.Time

	credentials bool
}

func newDoctor(p *parts) *cobra.Command {
	o := doctorOptions{out: p.out, conf: p.conf, conn: p.conn, rec: p.rec, clients: p.clients, errs: p.errs, now: p.app.Now}
	c := &cobra.Command{
		Use: "doctor", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	c.Flags().BoolVar(&o.credentials, "credentials", false, "")
	providerFlag(c, p.conf)
	return c
}

func (o *doctorOptions) run(c *cobra.Command) error {
	patients, own, found, err := o.patients(c.Context())
	if err != nil {
		return err
	}
	interrupt.Handle(o.out.stderr) // the checks of folders write files
	store, err := o.clients.tokens(c.Context())
	if err != nil {
		store, found = o.conf.tokens(), append(found, doctor.Unreadable("", err))
	}
	shared, _ := store.(*fleet.Store)
	columns, rows, tty := terminal.Size(o.out.stderr)
	machine := doctor.Machine{
		Logins: o.conf.logins().Dir, Codes: o.conf.codes().Dir, Tokens: o.conf.tokens(), Fleet: shared, Now: o.now, Refs: o.conf.refs(c.Context()), Env: o.conf.env,
		Terminal: tty, Columns: columns, Rows: rows, QR: o.out.qrStyle(),
	}
	found = append(found, machine.Examine(c.Context(), patients)...)
	found = append(found, doctor.SecretFiles(o.out.openFiles)...) // of flags and of the cache's address
	for _, more := range o.examine(c, patients, own, store) {
		found = append(found, more...)
	}
	return o.writeFindings(c, found)
}

// patients returns the profiles to examine: the chosen one, the user's own or, if there
// are none, the built-in ones. own reports whether the user set them up. found has a
// finding for each profile that cannot be loaded.
func (o *doctorOptions) patients(ctx context.Context) (out []*profile.Profile, own bool, found []doctor.Finding, err error) {
	if o.conf.profile != "" {
		p, err := o.conf.load(ctx)
		return []*profile.Profile{p}, true, nil, err
	}
	src, err := o.conf.sources()
	if project.IsUntrusted(err) {
		return nil, false, nil, err
	}
	if err != nil {
		return nil, false, []doctor.Finding{doctor.Unreadable("", err)}, nil
	}
	names := src.OwnNames()
	own = len(names) > 0
	if !own {
		names = src.BuiltinNames()
	}
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err == nil {
			err = o.conf.values(ctx, p, o.conf.set)
		}
		if err != nil {
			found = append(found, doctor.Unreadable(name, err))
		} else if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out, own, found, nil
}

// examine examines the profiles and returns the findings for each. It examines them at the
// same time, unless calls are recorded: then one after the other, to keep them apart.
func (o *doctorOptions) examine(c *cobra.Command, patients []*profile.Profile, own bool, store cache.Store) [][]doctor.Finding {
	const longest = 10 * time.Second // for one request: there are many
	found := make([][]doctor.Finding, len(patients))
	var all sync.WaitGroup
	for i, p := range patients {
		o.out.say(lang.Text{EN: "Examining " + p.Name, ZH: "正在检查 " + p.Name})
		o.rec.hideInputs(p)
		d := o.clients.deps(c.Context())
		d.Timeout, d.Cache = min(d.Timeout, longest), client.Cache{Store: store, Fresh: true}
		cl := client.New(p, d)
		all.Go(func() {
			found[i] = doctor.Doctor{
				Client: cl, Refs: o.conf.refs(c.Context()), Now: o.now, Proxies: o.conn, Unchecked: o.conn.options.Insecure,
				Own: own && !doctor.IsBase(p, patients), Credentials: o.credentials,
			}.Examine(c.Context())
		})
		if o.rec.calls != nil {
			all.Wait()
		}
	}
	all.Wait()
	for i, p := range patients {
		o.advise(p, found[i])
	}
	return found
}

// advise gives each finding with an error the hint that other commands print for it. p is the
// profile that the findings are about; it may be nil.
func (o *doctorOptions) advise(p *profile.Profile, found []doctor.Finding) {
	adviser := o.errs.adviser(p)
	for i, f := range found {
		if f.Err != nil && f.Do.IsZero() {
			found[i].Do = adviser.Hint(f.Err)
		}
	}
}

func (o *doctorOptions) writeFindings(c *cobra.Command, found []doctor.Finding) error {
	if err := c.Context().Err(); err != nil {
		return err
	}
	o.advise(nil, found)
	report := doctor.Report{Findings: found, Lang: o.out.language(), Out: o.out.stdout}
	o.rec.findings = report.Records()
	if err := o.out.write(c, render.Result{Text: report.Text(), Fields: report.Fields()}); err != nil {
		return err
	}
	return report.Err()
}
