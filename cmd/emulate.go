package cmd

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/emulator/person"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// emulateOptions are the flags of emulate, and what it needs.
type emulateOptions struct {
	out     *printer
	conf    *config
	conn    *connection
	clients *clients
	certs   *certificates
	rec     *recording
	stdin   io.Reader
	now     func() time.Time
	rand    io.Reader

	listen, public, browser string
	tls                     bool
	tlsCA, tlsCert, tlsKey  string
	ready                   string
	faults                  []string
	approve, usersFile      string
	users                   []string
	noDiagnosis             bool
	strict                  bool
	record                  string
	command                 emulatedCommand
}

func newEmulate(p *parts) *cobra.Command {
	o := emulateOptions{out: p.out, conf: p.conf, conn: p.conn, clients: p.clients, certs: p.certs, rec: p.rec, stdin: p.app.In, now: p.app.Now, rand: p.app.Rand}
	c := &cobra.Command{
		Use: "emulate [PROFILE…] [-- COMMAND…]", ValidArgsFunction: o.conf.profileNames,
		RunE: func(c *cobra.Command, args []string) error { return o.emulate(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "")
	f.StringVar(&o.public, "public-url", "", "")
	f.StringVar(&o.browser, "browser-url", "", "")
	f.BoolVar(&o.tls, "tls", false, "")
	f.StringVar(&o.tlsCA, "tls-ca", "", "")
	f.StringVar(&o.tlsCert, "tls-cert", "", "")
	f.StringVar(&o.tlsKey, "tls-key", "", "")
	f.StringVar(&o.ready, "ready-file", "", "")
	f.StringArrayVar(&o.faults, "fault", nil, "")
	f.StringVar(&o.approve, "approve", emulator.ApproveAuto, "")
	f.StringVar(&o.usersFile, "users", "", "")
	f.StringArrayVar(&o.users, "user", nil, "")
	f.BoolVar(&o.noDiagnosis, "no-diagnosis", false, "")
	f.BoolVar(&o.strict, "strict", false, "")
	f.StringVar(&o.record, "record", "", "")
	f.StringArrayVar(&o.command.env, "env", nil, "")
	f.StringArrayVar(&o.command.asserts, "assert", nil, "")
	c.AddCommand(newHealthcheck(p), newEmulateScan(p))
	return c
}

func (o *emulateOptions) emulate(c *cobra.Command, args []string) error {
	dash := c.ArgsLenAtDash()
	if dash >= 0 {
		args, o.command.args = args[:dash], args[dash:]
	}
	if err := o.command.check(dash, o.record != ""); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	profiles, err := o.conf.emulated(c.Context(), args)
	switch {
	case err != nil:
		return err
	case o.record != "" && len(profiles) != 1:
		return failure.Usagef(lang.Text{EN: "--record needs one profile: name it", ZH: "--record 只用于一个接入配置：请写出它的名字"})
	case o.out.format.OfVariables() && len(profiles) != 1 && o.command.args == nil:
		return failure.Usagef(lang.Text{EN: "-o %s needs one profile: name it", ZH: "-o %s 只用于一个接入配置：请写出它的名字"}, o.out.format)
	case o.out.format == render.Raw && o.command.args == nil:
		return failure.Usagef(lang.Text{EN: "-o raw: an emulator has no vendor's response to print; use -o json", ZH: "-o raw：模拟器没有厂商响应可输出，请用 -o json"})
	}
	for _, p := range profiles {
		if steps := emulator.NamedHosts(p); len(steps) > 0 && o.record == "" {
			o.out.warn(lang.Sprintf(lang.Text{
				EN: "%s: %s names a host, so ssoctl will call that host instead of this emulator; start it with {base_url}",
				ZH: "%s：%s 写死了主机，ssoctl 会访问该主机而不是本模拟器；请改以 {base_url} 开头",
			}, p.Name, lang.List(steps)))
		}
	}
	return o.serveEmulator(c, profiles)
}

// check finds flags that contradict each other.
func (o *emulateOptions) check() error {
	switch {
	case o.tls && o.tlsCA == "" && o.command.args == nil:
		return failure.Usagef(lang.Text{EN: "--tls needs --tls-ca FILE: ssoctl writes the CA certificate there, for clients to trust", ZH: "--tls 需要 --tls-ca FILE：CA 证书会写到那里，供客户端信任"})
	case !o.tls && o.tlsCA != "":
		return failure.Usagef(lang.Text{EN: "--tls-ca requires --tls", ZH: "--tls-ca 只能和 --tls 一起用"})
	case o.tls && o.tlsCert+o.tlsKey != "":
		return failure.Usagef(lang.Text{EN: "--tls makes a certificate, so it cannot be combined with --tls-cert and --tls-key", ZH: "--tls 会自己生成证书，不能和 --tls-cert、--tls-key 一起用"})
	case (o.tlsCert == "") != (o.tlsKey == ""):
		return failure.Usagef(lang.Text{EN: "--tls-cert and --tls-key must be given together", ZH: "--tls-cert 和 --tls-key 必须一起给出"})
	case o.record != "" && (len(o.faults) > 0 || o.usersFile != "" || len(o.users) > 0 || o.approve != emulator.ApproveAuto || o.strict):
		return failure.Usagef(lang.Text{EN: "--record passes requests on to the vendor, so it cannot be combined with --fault, --users, --user, --approve or --strict", ZH: "--record 会把请求转发给厂商，不能和 --fault、--users、--user、--approve、--strict 一起用"})
	}
	return nil
}

// people returns the users of --users, then those of --user.
func (o *emulateOptions) people(ctx context.Context) ([]person.User, error) {
	var out []person.User
	if o.usersFile != "" {
		const most = 4 << 10 // KiB
		data, err := terminal.ReadFile(ctx, o.usersFile, most)
		if err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--users %s: %v", ZH: "--users %s：%v"}, o.usersFile, failure.WithoutPath(err))
		}
		if out, err = person.ParseFile(o.usersFile, data); err != nil {
			return nil, err
		}
	}
	for _, text := range o.users {
		u, err := person.Parse(text)
		if err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--user %s: %v", ZH: "--user %s：%v"}, text, err)
		}
		out = append(out, u)
	}
	return out, nil
}

// emulator returns an emulator with the users and faults of the flags.
func (o *emulateOptions) emulator(ctx context.Context, options emulator.Options) (*emulator.Emulator, error) {
	var err error
	if options.Users, err = o.people(ctx); err != nil {
		return nil, err
	}
	emu, err := emulator.New(options)
	if err != nil {
		return nil, usageOr(err)
	}
	for _, text := range o.faults {
		f, err := fault.Parse(text)
		if err == nil {
			err = emu.AddFault(f)
		}
		if err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--fault %s: %s", ZH: "--fault %s：%s"}, text, emulator.Text(err))
		}
	}
	return emu, nil
}
