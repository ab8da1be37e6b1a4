package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
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
	flows   *flows
	curls   *curls

	accessToken, refreshToken, idToken string
	revoke, introspect                 bool
}

func newToken(p *parts) *cobra.Command {
	o := tokenOptions{out: p.out, in: p.in, clients: p.clients, flows: p.flows, curls: p.curls}
	c := &cobra.Command{
		Use: "token", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	c.Flags().StringVar(&o.refreshToken, "refresh-token", "", "")
	c.Flags().StringVar(&o.idToken, "id-token", "", "")
	commandline.GoesWith(c, []string{"refresh-token"}, "id-token")
	noCacheFlag(c, p.clients)
	commandline.Duration(c.Flags(), &p.clients.minTTL, "min-ttl", 0)
	commandline.ExcludeEachOther(c, "min-ttl", "no-cache")
	commandline.ExcludeEachOther(c, "min-ttl", "refresh-token")
	providerFlag(c, p.conf)
	c.Flags().StringVar(&o.accessToken, "access-token", "", "")
	c.Flags().BoolVar(&o.revoke, "revoke", false, "")
	c.Flags().BoolVar(&o.introspect, "introspect", false, "")
	noVerifyFlag(c, p.clients)
	commandline.ExcludeEachOther(c, "revoke", "introspect", "no-cache")
	commandline.ExcludeEachOther(c, "revoke", "introspect", "min-ttl")
	commandline.ExcludeEachOther(c, "revoke", "introspect", "no-verify")
	commandline.ExcludeEachOther(c, "access-token", "refresh-token")
	commandline.GoesWith(c, []string{"revoke", "introspect"}, "access-token")
	commandline.ExcludeEachOther(c, "revoke", "introspect", "id-token")
	return c
}

func (o *tokenOptions) run(c *cobra.Command) error {
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if o.revoke || o.introspect {
		return o.ask(c, cl)
	}
	step, given := profile.StepToken, recipe.Values{}
	get := cl.AppToken
	if c.Flags().Changed("refresh-token") {
		if o.refreshToken, err = o.in.orStdin(c, "refresh-token", o.refreshToken); err != nil {
			return err
		}
		step = profile.StepRefresh
		given["refresh_token"] = secret.New(o.refreshToken)
		if o.idToken, err = o.in.readIDToken(c, o.idToken); err != nil {
			return err
		}
		get = func(ctx context.Context) (client.Token, error) {
			return cl.RefreshOf(ctx, secret.New(o.refreshToken), secret.New(o.idToken))
		}
	}
	if o.curls.on {
		err := o.curls.write(c, cl, []profile.StepName{step}, given)
		o.warnOfScope(cl.Profile(), step, err)
		return err
	}
	t, err := get(c.Context())
	o.warnOfScope(cl.Profile(), step, err)
	if step == profile.StepRefresh {
		given[client.OriginalIDToken] = secret.New(o.idToken)
		err = o.flows.handoff(cl).SentRefresh(given, err)
	}
	if err != nil {
		return err
	}
	res := output.Token(t)
	res.Text, res.Alone = t.AccessToken.Reveal(), true
	return o.out.write(c, res)
}

// warnOfScope warns about a scope on the command line that the application's own token does not
// take, because the profile has another input for that. If the step failed with err, that is the
// message, unless the vendor refused it: perhaps because of the scope.
func (o *tokenOptions) warnOfScope(p *profile.Profile, step profile.StepName, err error) {
	const login, own = "scope", "app_scope"
	if err != nil && !errors.As(err, new(*client.Refusal)) {
		return
	}
	if _, from := p.Given(login); from.From == "flag" && step == profile.StepToken && p.Token.Uses(own) && !p.Token.Uses(login) {
		o.out.warn(lang.Text{
			EN: "scope is that of a login; for the application's own token: --set " + own + "=…",
			ZH: "scope 用于登录；应用自身的令牌请用 --set " + own + "=…",
		})
	}
}

// ask revokes a token, or asks the server about it.
func (o *tokenOptions) ask(c *cobra.Command, cl *client.Client) error {
	step := profile.StepIntrospect
	if o.revoke {
		step = profile.StepRevoke
	}
	if _, err := cl.Profile().Offer(step); err != nil {
		return err
	}
	about, err := o.hinted(c, cl)
	if err != nil {
		return err
	}
	switch {
	case o.curls.on:
		return o.curls.write(c, cl, []profile.StepName{step}, about.Given())
	case o.revoke:
		got, err := cl.Revoke(c.Context(), about)
		if err != nil {
			return err
		}
		return o.out.write(c, output.Revocation(got, about.Kind))
	}
	got, err := cl.Introspect(c.Context(), about)
	if err != nil {
		return err
	}
	return o.out.write(c, output.Introspection(got, o.out.language()))
}

// hinted returns the token of the flags, or else the application's token in the cache.
func (o *tokenOptions) hinted(c *cobra.Command, cl *client.Client) (client.HintedToken, error) {
	for _, f := range []struct{ flag, kind, value string }{
		{"access-token", "access_token", o.accessToken}, {"refresh-token", "refresh_token", o.refreshToken},
	} {
		if c.Flags().Changed(f.flag) {
			text, err := o.in.orStdin(c, f.flag, f.value)
			return client.HintedToken{Token: secret.New(text), Kind: f.kind}, err
		}
	}
	about, cached := client.HintedToken{}, false
	if cl.Profile().Token != nil {
		var err error
		if about, cached, err = cl.CachedToken(c.Context()); err != nil {
			return client.HintedToken{}, err
		}
	}
	if !cached {
		return client.HintedToken{}, failure.Usagef(lang.Text{
			EN: "%s: the cache has no token of the application: say which token is meant, with --access-token or --refresh-token",
			ZH: "%s：缓存里没有应用令牌：请用 --access-token 或 --refresh-token 指明令牌",
		}, cl.Profile().Name)
	}
	return about, nil
}
