package cmd

import (
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
)

// authorizeOptions are the flags of authorize-url, and what it needs.
type authorizeOptions struct {
	out     *printer
	clients *clients
	flows   *flows

	state, redirectURI string
	params             []string
	open, qr           bool
}

func newAuthorizeURL(p *parts) *cobra.Command {
	o := authorizeOptions{out: p.out, clients: p.clients, flows: p.flows}
	c := &cobra.Command{
		Use: "authorize-url", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.state, "state", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	paramFlag(f, &o.params)
	providerFlag(c, p.conf)
	noCacheFlag(c, p.clients)
	f.BoolVar(&o.open, "open", false, "")
	f.BoolVar(&o.qr, "qr", false, "")
	return c
}

func (o *authorizeOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
		return err
	}
	params, err := parseParams(o.params)
	if err != nil {
		return err
	}
	auth, err := cl.Authorize(c.Context(), client.AuthorizeOptions{State: o.state, Params: params})
	if err != nil {
		return err
	}
	show := o.flows.presenting()
	var expires time.Time
	if auth.Returns {
		show.WarnUnbound(cl.Profile(), auth)
		o.warnNoPort(auth.RedirectURI)
		expires = o.flows.handoff(cl).Begin(auth)
	}
	if err := o.out.write(c, output.AuthorizeURL(auth, expires)); err != nil {
		return err
	}
	if o.qr {
		o.out.progress("%s", strings.Join(show.QR(auth.URL), "\n"))
	}
	if o.open {
		show.Open(auth.URL)
	}
	return nil
}

// paramFlag adds --param, for commands that build an authorize URL.
func paramFlag(f *pflag.FlagSet, to *[]string) {
	f.StringArrayVar(to, "param", nil, "")
}

func parseParams(pairs []string) (url.Values, error) {
	out := url.Values{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, failure.Usagef(lang.Text{EN: "--param %s: expected K=V", ZH: "--param %s：应为 K=V"}, pair)
		}
		out.Add(name, value)
	}
	return out, nil
}

// warnNoPort warns if the redirect_uri has port 0. A browser cannot reach that port, and
// only a listener replaces it with a real one.
func (o *authorizeOptions) warnNoPort(redirectURI string) {
	if u, err := url.Parse(redirectURI); err == nil && u.Port() == "0" {
		o.out.warn(lang.Text{
			EN: "no browser can return to " + u.Host + ": name the port with --redirect-uri, or let ssoctl login or exchange --listen choose one",
			ZH: "浏览器无法回到 " + u.Host + "：请用 --redirect-uri 写明端口，或改用 ssoctl login 或 exchange --listen 自动选择",
		})
	}
}
