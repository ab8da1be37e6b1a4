package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/secret"
)

// logoutOptions are the flags of logout, and what it needs.
type logoutOptions struct {
	out     *printer
	in      *input
	clients *clients
	flows   *flows

	idToken, redirectURI, state string
	open                        bool
	provider                    providerFlags
}

func newLogout(p *parts) *cobra.Command {
	o := logoutOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows}
	c := &cobra.Command{
		Use: "logout", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.idToken, "id-token", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	f.StringVar(&o.state, "state", "", "")
	f.BoolVar(&o.open, "open", false, "")
	o.provider.flags(c)
	noCacheFlag(c, p.clients)
	return c
}

func (o *logoutOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClientOf(c.Context(), &o.provider)
	if err != nil {
		return err
	}
	options := client.LogoutOptions{RedirectURI: o.redirectURI, State: o.state}
	if c.Flags().Changed("id-token") {
		text, err := o.in.orStdin(c, "id-token", o.idToken)
		if err != nil {
			return err
		}
		options.IDToken = secret.New(text)
	}
	got, err := cl.Logout(options)
	if err != nil {
		return err
	}
	if o.state != "" && got.RedirectURI == "" {
		return failure.Usagef(lang.Text{
			EN: "--state comes back only to an address: give it with --redirect-uri, or set post_logout_redirect_uri",
			ZH: "--state 要有返回地址才会带回：请用 --redirect-uri 给出，或设置 post_logout_redirect_uri",
		})
	}
	if err := o.out.write(c, output.Logout(got)); err != nil {
		return err
	}
	if o.open {
		o.flows.presenting().Open(got.URL)
	}
	return nil
}
