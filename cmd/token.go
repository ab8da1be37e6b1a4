package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// tokenOptions are the flags of token, and what it needs.
type tokenOptions struct {
	out     *printer
	in      *input
	clients *clients
	curls   *curls

	refreshToken string
}

func newToken(p *parts) *cobra.Command {
	o := tokenOptions{out: p.out, in: p.in, clients: p.clients, curls: p.curls}
	c := &cobra.Command{
		Use: "token", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	c.Flags().StringVar(&o.refreshToken, "refresh-token", "", "")
	noCacheFlag(c, p.clients)
	noVerifyFlag(c, p.clients)
	return c
}

func (o *tokenOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	step, given := profile.StepToken, recipe.Values{}
	get := cl.AppToken
	if c.Flags().Changed("refresh-token") {
		if o.refreshToken, err = o.in.orStdin(c, "refresh-token", o.refreshToken); err != nil {
			return err
		}
		step = profile.StepRefresh
		given["refresh_token"] = secret.New(o.refreshToken)
		get = func(ctx context.Context) (client.Token, error) { return cl.Refresh(ctx, secret.New(o.refreshToken)) }
	}
	if o.curls.on {
		return o.curls.write(c, cl, []profile.StepName{step}, given)
	}
	t, err := get(c.Context())
	if err != nil {
		return err
	}
	res := output.Token(t)
	res.Text = t.AccessToken.Reveal()
	return o.out.write(c, res)
}
