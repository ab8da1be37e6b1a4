package cmd

import (
	"cmp"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
	"ssoctl/pkg/secret"
)

// logoutOptions are the flags of logout, and what it needs.
type logoutOptions struct {
	out     *printer
	in      *input
	clients *clients
	flows   *flows

	idToken, redirectURI, state, listen string
	open                                bool
	tls                                 listenTLS
	wait                                time.Duration
}

func newLogout(p *parts) *cobra.Command {
	o := logoutOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows}
	c := &cobra.Command{
		Use: "logout", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.idToken, "id-token", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	f.StringVar(&o.state, "state", "", "")
	f.BoolVar(&o.open, "open", false, "")
	f.StringVar(&o.listen, "listen", "", "")
	commandline.Duration(f, &o.wait, "wait", defaultWait)
	o.tls.flags(c)
	commandline.GoesWith(c, []string{"listen"}, "wait", "listen-tls", "listen-tls-cert")
	providerFlag(c, p.conf)
	noCacheFlag(c, p.clients)
	return c
}

func (o *logoutOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if err := checkRedirectFlag(cl.Profile().Inputs[oidc.LogoutRedirectInput], o.redirectURI); err != nil {
		return err
	}
	text, err := o.in.readIDToken(c, o.idToken)
	if err != nil {
		return err
	}
	idToken := secret.New(text)
	if c.Flags().Changed("listen") {
		return o.awaitReturn(c, cl, idToken)
	}
	got, err := cl.Logout(client.LogoutOptions{IDToken: idToken, RedirectURI: o.redirectURI, State: o.state})
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

// awaitReturn shows the address of the logout, waits until the browser returns, and prints that
// it did.
func (o *logoutOptions) awaitReturn(c *cobra.Command, cl *client.Client, idToken secret.String) error {
	redirectURI, err := cl.Profile().Value(oidc.LogoutRedirectInput, o.flows.conf.refs(c.Context()))
	if err != nil {
		return err
	}
	flow := login.Flow{Client: cl, RedirectURI: cmp.Or(o.redirectURI, redirectURI), Wait: o.wait, Lang: o.out.language()}
	if err := o.flows.listening(c.Context(), &flow, o.listen, o.tls); err != nil {
		return err
	}
	interrupt.Handle(o.out.stderr) // the view changes the terminal's modes
	view := present.Browser{Deps: o.flows.presenting(), Launch: o.open}
	caught, err := view.CatchLogout(c.Context(), login.Logout{Flow: flow, IDToken: idToken, State: o.state})
	caught.Finish(o.ending(cl, err))
	if err != nil {
		return err
	}
	return o.out.write(c, output.LoggedOut(caught.Profile, caught.RedirectURI))
}

// ending is what the browser's page says about the end of a logout.
func (o *logoutOptions) ending(cl *client.Client, err error) loopback.Ending {
	e := loopback.Ending{Kind: loopback.LoggedOut, Login: cl.Profile().Caption(o.out.language())}
	if refused := (*login.LogoutError)(nil); errors.As(err, &refused) {
		e.Kind, e.Said, e.Meaning = loopback.NotLoggedOut, refused.Said, refused.Hint().In(o.out.language())
	}
	return e
}
