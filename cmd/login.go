package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/recipe"
)

// defaultWait is how long a person has for a login.
const defaultWait = 5 * time.Minute

func (r *root) newLogin() *cobra.Command {
	var o catchOptions
	var noBrowser bool
	var redirectURI string
	c := &cobra.Command{
		Use: "login", Short: "Log in with a browser, from the address to the user", Args: cobra.NoArgs,
		Long: `Log in with a browser: open the address, catch the code on loopback, trade it,
and say who it was.`,
		Example: `  ssoctl login -p crm
  ssoctl login -p crm --no-browser --listen 127.0.0.1:8976`,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), redirectURI); err != nil {
				return err
			}
			o.show = r.showAddress
			if !noBrowser {
				o.show = r.showBrowser
			}
			o.by = r.catch
			return r.logIn(c, cl, o, false)
		},
	}
	f := c.Flags()
	f.BoolVar(&noBrowser, "no-browser", false, "print the address instead of opening it")
	catchFlags(c, &o, &redirectURI, defaultWait)
	return c
}

// catchFlags are the flags of every command that waits for a redirect.
func catchFlags(c *cobra.Command, o *catchOptions, redirectURI *string, wait time.Duration) {
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "", "`HOST:PORT` on which to wait; several with commas, port 0 is any free one")
	f.StringVar(redirectURI, "redirect-uri", "", "`URL` that the vendor is told, when a tunnel or proxy stands between; {state} in it becomes an unguessable part")
	f.DurationVar(&o.wait, "wait", wait, "for the redirect")
	f.BoolVar(&o.noState, "no-state", false, "accept a callback without state, where the vendor is known to send such")
	o.tls.flags(c)
}

// logIn catches a code and does all that it allows.
func (r *root) logIn(c *cobra.Command, cl *client.Client, o catchOptions, codeOnly bool) error {
	trade := cl.Login
	if codeOnly {
		trade = func(context.Context, recipe.Values) (client.Login, error) { return client.Login{}, nil }
	} else {
		o.then = cl.LoginSteps()
	}
	caught, got, err := r.catchAndTrade(c.Context(), cl, o, trade)
	if err != nil {
		return err
	}
	res := loginResult(caught.Profile, caught.Code, got)
	if codeOnly {
		res.Text = caught.Code
	}
	return r.write(c, res)
}

// catchAndTrade catches a code, has it traded, and tells the browser what came of
// that: before the result is written, as whoever reads it may take its time.
func (r *root) catchAndTrade(ctx context.Context, cl *client.Client, o catchOptions,
	trade func(context.Context, recipe.Values) (client.Login, error),
) (login.Caught, client.Login, error) {
	var got client.Login
	caught, err := o.by(ctx, cl, o)
	if err == nil {
		given := caught.Given(caught.Code)
		got, err = trade(ctx, given)
		err = r.sentCode(cl, given, err)
	}
	caught.Finish(r.ending(cl.Profile(), got, err))
	return caught, got, err
}

// catchOptions say how a code is waited for.
type catchOptions struct {
	listen  string
	tls     listenTLS
	wait    time.Duration
	noState bool
	then    []string // the steps that are to follow
	renewed bool     // not the login's first address: what that was warned of stays
	// by is what catches the code.
	by func(context.Context, *client.Client, catchOptions) (login.Caught, error)
	// show begins showing the address; what it starts ends with ctx.
	show func(context.Context, *client.Client, client.Authorization, *loopback.Listener, time.Time) error
}

// catch waits for the redirect of one login.
func (r *root) catch(ctx context.Context, cl *client.Client, o catchOptions) (login.Caught, error) {
	if o.wait <= 0 {
		return login.Caught{}, usagef("--wait %s: has to be positive", o.wait)
	}
	redirect, err := r.redirectURI(cl.Profile())
	if err != nil {
		return login.Caught{}, err
	}
	certify, err := r.listenCertificate(o.tls)
	if err != nil {
		return login.Caught{}, err
	}
	if certify != nil && login.IsOwn(redirect, "http") {
		return login.Caught{}, usagef("--listen-tls waits with https, but redirect_uri is %s: make that https, here and at the vendor", redirect)
	}
	if err := cl.Ready(o.then); err != nil {
		return login.Caught{}, err
	}
	flow := login.Flow{
		Client: cl, RedirectURI: redirect, Certify: certify, Wait: o.wait, NoState: o.noState, Lang: r.language(),
	}
	if o.listen != "" {
		flow.Listen = strings.Split(strings.ReplaceAll(o.listen, " ", ""), ",")
	}
	showing, stop := context.WithCancel(ctx)
	defer stop()
	flow.Show = func(a client.Authorization, l *loopback.Listener) error {
		if !o.renewed {
			r.warnUnbound(a)
		}
		return o.show(showing, cl, a, l, r.Now().Add(o.wait))
	}
	caught, err := flow.Code(ctx)
	stop()
	r.waiting.Wait()
	if err == nil && caught.StateMissing {
		r.warnNoState()
	}
	return caught, err
}

// showAddress prints the address, for whoever opens it.
func (r *root) showAddress(ctx context.Context, _ *client.Client, a client.Authorization, l *loopback.Listener, deadline time.Time) error {
	r.say(lang.Text{EN: "Open this address in a browser:", ZH: "请在浏览器中打开："})
	r.printAddress(a.URL)
	r.waitFor(ctx, a, l, deadline)
	return nil
}

// showBrowser opens the address, and prints it for when that shows nothing.
func (r *root) showBrowser(ctx context.Context, _ *client.Client, a client.Authorization, l *loopback.Listener, deadline time.Time) error {
	r.say(lang.Text{EN: "Opening the browser. If it shows nothing, open this address:", ZH: "正在打开浏览器；若没有反应，请自行打开："})
	r.printAddress(a.URL)
	r.open(a.URL)
	r.waitFor(ctx, a, l, deadline)
	return nil
}
