package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/output"
)

// userInfoOptions are the flags of userinfo, and what it needs.
type userInfoOptions struct {
	out     *printer
	in      *input
	clients *clients
	flows   *flows
	curls   *curls

	codeOrToken
	details bool
}

func newUserInfo(p *parts) *cobra.Command {
	o := userInfoOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows, curls: p.curls}
	c := &cobra.Command{
		Use: "userinfo", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	o.codeOrToken.flags(c)
	providerFlag(c, p.conf)
	c.Flags().BoolVar(&o.details, "details", false, "")
	noCacheFlag(c, p.clients)
	return c
}

func (o *userInfoOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	given, err := o.given(c, o.in, cl.Profile())
	if err != nil {
		return err
	}
	if o.curls.on {
		return o.curls.write(c, cl, client.UserInfoSteps(o.details), given)
	}
	o.flows.guard()
	u, err := cl.UserInfo(c.Context(), given, o.details)
	o.flows.checkVerifier(cl, given, err)
	if err = o.flows.handoff(cl).Sent(given, err, client.UserInfoSteps(o.details)[1:]...); err != nil {
		return err
	}
	return o.out.write(c, output.User(u))
}
