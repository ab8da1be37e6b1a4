package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// exchangeOptions are the flags of exchange, and what it needs.
type exchangeOptions struct {
	out     *printer
	in      *input
	clients *clients
	flows   *flows
	curls   *curls
	errs    *reporter

	code, callback, listen, codeVerifier, state, redirectURI string
	noState                                                  bool
	params                                                   []string
	wait                                                     time.Duration
	tls                                                      listenTLS
}

func newExchange(p *parts) *cobra.Command {
	o := exchangeOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows, curls: p.curls, errs: p.errs}
	c := &cobra.Command{
		Use: "exchange", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.code, "code", "", "")
	f.StringVar(&o.callback, "callback", "", "")
	f.StringVar(&o.listen, "listen", "", "")
	f.StringVar(&o.codeVerifier, "code-verifier", "", "")
	f.StringVar(&o.state, "state", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	f.BoolVar(&o.noState, "no-state", false, "")
	commandline.Duration(f, &o.wait, "wait", defaultWait)
	paramFlag(f, &o.params)
	o.tls.flags(c)
	providerFlag(c, p.conf)
	noVerifyFlag(c, p.clients)
	noCacheFlag(c, p.clients)
	commandline.ExcludeEachOther(c, "code", "callback", "listen")
	commandline.NeedOne(c, "code", "callback", "listen")
	commandline.ExcludeEachOther(c, "listen", "state")
	commandline.ExcludeEachOther(c, "listen", "code-verifier")
	commandline.GoesWith(c, []string{"listen"}, "param", "wait", "listen-tls", "listen-tls-cert")
	commandline.GoesWith(c, []string{"callback", "listen"}, "no-state")
	return c
}

func (o *exchangeOptions) run(c *cobra.Command) error {
	if err := commandline.CheckEmpty(c, "callback", "listen", "code-verifier", "state"); err != nil {
		return err
	}
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
		return err
	}
	if o.curls.on {
		code, err := o.givenCode(c, cl)
		if err != nil {
			return err
		}
		err = o.curls.write(c, cl, cl.ExchangeSteps(), code.Given, code.Redirect...)
		o.flows.handoff(cl).WarnOfCode(code.Unbound, err)
		return err
	}
	exchange := o.exchangeOnce
	if o.listen != "" {
		exchange = o.exchangeCaught
	}
	got, err := exchange(c, cl)
	if err != nil {
		return err
	}
	return o.out.write(c, output.Exchange(got))
}

// exchangeCaught starts a login, waits for its redirect and exchanges the code.
func (o *exchangeOptions) exchangeCaught(c *cobra.Command, cl *client.Client) (client.Login, error) {
	caught := catchOptions{listen: o.listen, tls: o.tls, wait: o.wait, noState: o.noState, params: o.params, then: cl.ExchangeSteps()}
	_, got, err := o.flows.catchAndTrade(c.Context(), cl, caught, present.Browser{Deps: o.flows.presenting()}, cl.Exchange)
	return got, err
}

// exchangeOnce exchanges the code from the command line. Only one command can do so for a
// login that authorize-url has begun.
func (o *exchangeOptions) exchangeOnce(c *cobra.Command, cl *client.Client) (client.Login, error) {
	code, err := o.givenCode(c, cl)
	if err != nil {
		return client.Login{}, err
	}
	o.flows.guard()
	got, err := o.flows.handoff(cl).Exchange(c.Context(), code)
	o.flows.checkVerifier(cl, code.Given, err)
	return got, err
}

// givenCode returns the code and the values that belong to it, from the flags and the
// remembered login.
func (o *exchangeOptions) givenCode(c *cobra.Command, cl *client.Client) (handoff.Code, error) {
	code, err := o.foundCode(c, cl)
	if err != nil {
		return handoff.Code{}, err
	}
	if o.codeVerifier != "" {
		code.Given["code_verifier"] = secret.New(o.codeVerifier)
	}
	if o.redirectURI != "" {
		code.Given["redirect_uri"] = o.redirectURI
	}
	return code, nil
}

// foundCode returns the code of --code or --callback with its remembered login.
func (o *exchangeOptions) foundCode(c *cobra.Command, cl *client.Client) (handoff.Code, error) {
	if o.callback == "" {
		code, err := o.in.orStdin(c, "code", o.code)
		if err != nil {
			return handoff.Code{}, err
		}
		return o.flows.handoff(cl).Code(code, o.state, o.codeVerifier != "")
	}
	if _, err := cl.Profile().Offer(profile.StepAuthorize); err != nil {
		return handoff.Code{}, err
	}
	text := o.callback
	if text == "-" {
		var err error
		if text, err = o.in.readStdin(c.Context()); err != nil {
			return handoff.Code{}, err
		}
	}
	if err := handoff.CheckCallback(text); err != nil {
		return handoff.Code{}, err
	}
	return o.flows.handoff(cl).Callback(text, o.state, o.noState)
}
