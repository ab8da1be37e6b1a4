package cmd

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
)

// defaultWait is how long login waits for a person.
const defaultWait = 5 * time.Minute

// loginOptions are the flags of login, and what it needs.
type loginOptions struct {
	out     *printer
	in      *input
	clients *clients
	flows   *flows

	catchOptions
	noBrowser, qr, paste, resume bool
	device                       bool
}

func newLogin(p *parts) *cobra.Command {
	o := loginOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows}
	c := &cobra.Command{
		Use: "login", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.BoolVar(&o.noBrowser, "no-browser", false, "")
	f.BoolVar(&o.resume, "resume", false, "")
	f.BoolVar(&o.details, "details", false, "")
	f.BoolVar(&o.qr, "qr", false, "")
	f.BoolVar(&o.paste, "paste", false, "")
	f.BoolVar(&o.device, "device", false, "")
	o.catchOptions.flags(c, defaultWait)
	providerFlag(c, p.conf)
	noVerifyFlag(c, p.clients)
	noCacheFlag(c, p.clients)
	commandline.ExcludeEachOther(c, "paste", "listen")
	commandline.ExcludeEachOther(c, "paste", "listen-tls")
	commandline.ExcludeEachOther(c, "paste", "listen-tls-cert")
	for _, name := range []string{"paste", "listen", "listen-tls", "listen-tls-cert", "redirect-uri", "no-state", "param", "qr", "no-browser"} {
		commandline.ExcludeEachOther(c, "device", name)
	}
	return c
}

func (o *loginOptions) run(c *cobra.Command) error {
	if o.resume {
		return o.resumeLogin(c)
	}
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if o.device {
		return o.logInDevice(c, cl)
	}
	if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
		return err
	}
	show := present.Browser{Deps: o.flows.presenting(), Launch: !o.noBrowser, ShowQR: o.qr}
	if !o.paste {
		return o.flows.logIn(c, cl, o.catchOptions, show)
	}
	if err := o.in.takeStdin(); err != nil {
		return err
	}
	_, tty := o.in.terminalIn()
	return o.flows.logIn(c, cl, o.catchOptions, present.Paste{Browser: show, In: o.in.from, Retry: tty})
}

// logInDevice logs in on another device, and prints the result.
func (o *loginOptions) logInDevice(c *cobra.Command, cl *client.Client) error {
	o.flows.guard()
	view := present.NewDevice(o.flows.presenting(), cl.Profile())
	got, err := login.Device{Client: cl, Wait: o.wait, Now: o.flows.now, More: o.more(), View: view}.Run(c.Context())
	view.Close()
	if err = o.flows.handoff(cl).SentDevice(append(cl.DeviceSteps(), o.more()...), err); err != nil {
		return err
	}
	return o.out.write(c, output.Login(cl.Profile().Name, "", got))
}

// resumeLogin runs the remaining steps of the login that is kept for the profile.
func (o *loginOptions) resumeLogin(c *cobra.Command) error {
	if err := resumeAlone(c); err != nil {
		return err
	}
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	o.flows.guard()
	got, code, err := o.flows.handoff(cl).Resume(c.Context())
	if err != nil {
		return err
	}
	return o.out.write(c, output.Login(cl.Profile().Name, code, got))
}

// resumeAlone refuses flags that have no meaning with --resume.
func resumeAlone(c *cobra.Command) error {
	var others []string
	own := c.LocalNonPersistentFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains([]string{"resume", "issuer", "client-id", "no-verify", "no-cache"}, f.Name) && own.Lookup(f.Name) != nil {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return failure.Usagef(lang.Text{EN: "--resume cannot be combined with %s: it only runs the remaining steps of an earlier login and does not wait for a browser", ZH: "--resume 不能和 %s 一起用：它只执行上次登录剩下的步骤，不等待浏览器"}, strings.Join(others, ", "))
	}
	return nil
}
