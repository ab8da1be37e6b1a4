package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/jwt"
	"ssoctl/pkg/lang"
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

	refreshToken, idToken string
}

func newToken(p *parts) *cobra.Command {
	o := tokenOptions{out: p.out, in: p.in, clients: p.clients, curls: p.curls}
	c := &cobra.Command{
		Use: "token", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	c.Flags().StringVar(&o.refreshToken, "refresh-token", "", "")
	c.Flags().StringVar(&o.idToken, "id-token", "", "")
	goesWith(c, []string{"refresh-token"}, "id-token")
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
		if err := o.readIDToken(c); err != nil {
			return err
		}
		get = func(ctx context.Context) (client.Token, error) {
			return cl.RefreshOf(ctx, secret.New(o.refreshToken), secret.New(o.idToken))
		}
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

// readIDToken reads the id_token of the login that is refreshed, if it is given.
func (o *tokenOptions) readIDToken(c *cobra.Command) (err error) {
	if !c.Flags().Changed("id-token") {
		return nil
	}
	if o.idToken, err = o.in.orStdin(c, "id-token", o.idToken); err != nil {
		return err
	}
	t, err := jwt.Read(o.idToken)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "--id-token: %v", ZH: "--id-token：%v"}, err)
	}
	o.idToken = t.Text
	return nil
}
