package cmd

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// defaultWait is how long login waits for a person.
const defaultWait = 5 * time.Minute

func (r *root) newLogin() *cobra.Command {
	var o catchOptions
	var w waitOptions
	var noBrowser, resume bool
	var redirectURI string
	c := &cobra.Command{
		Use: "login", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if resume {
				return r.resumeLogin(c)
			}
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), redirectURI); err != nil {
				return err
			}
			w.open = !noBrowser
			o.by = r.catchBrowser(w)
			return r.logIn(c, cl, o, false)
		},
	}
	f := c.Flags()
	f.BoolVar(&noBrowser, "no-browser", false, "")
	f.BoolVar(&resume, "resume", false, "")
	f.BoolVar(&w.qr, "qr", false, "")
	f.BoolVar(&w.paste, "paste", false, "")
	catchFlags(c, &o, &redirectURI, defaultWait)
	excludeEachOther(c, "paste", "listen")
	excludeEachOther(c, "paste", "listen-tls")
	excludeEachOther(c, "paste", "listen-tls-cert")
	return c
}

// resumeLogin runs the remaining steps of the login that is kept for the profile.
func (r *root) resumeLogin(c *cobra.Command) error {
	if err := resumeAlone(c); err != nil {
		return err
	}
	cl, err := r.newClient()
	if err != nil {
		return err
	}
	got, code, err := r.handoff(cl).Resume(c.Context())
	if err != nil {
		return err
	}
	return r.write(c, output.Login(cl.Profile().Name, code, got))
}

// resumeAlone refuses flags that have no meaning with --resume.
func resumeAlone(c *cobra.Command) error {
	var others []string
	own := c.LocalNonPersistentFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "resume" && own.Lookup(f.Name) != nil {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return usagef(lang.Text{EN: "--resume does not go with %s: it only runs the remaining steps of an earlier login and does not wait for a browser", ZH: "--resume 不能和 %s 一起用：它只执行上次登录剩下的步骤，不等待浏览器"}, strings.Join(others, ", "))
	}
	return nil
}

// catchFlags adds the flags of a command that waits for a redirect.
func catchFlags(c *cobra.Command, o *catchOptions, redirectURI *string, wait time.Duration) {
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "", "")
	f.StringVar(redirectURI, "redirect-uri", "", "")
	spanVar(f, &o.wait, "wait", wait)
	f.BoolVar(&o.noState, "no-state", false, "")
	paramFlag(f, &o.params)
	o.tls.flags(c)
}

// logIn waits for a code, runs the steps that follow unless codeOnly, and prints the
// result.
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
	res := output.Login(caught.Profile, caught.Code, got)
	if codeOnly {
		res.Text = caught.Code
	}
	return r.write(c, res)
}

// catchAndTrade waits for a code, exchanges it, and tells the browser how that ended. It
// does so before the result is written, because the reader of stdout may be slow.
func (r *root) catchAndTrade(ctx context.Context, cl *client.Client, o catchOptions,
	trade func(context.Context, recipe.Values) (client.Login, error),
) (login.Caught, client.Login, error) {
	var got client.Login
	caught, err := o.by(ctx, cl, o)
	if err == nil {
		r.warnUnchecked(caught)
		given := caught.Given(caught.Code)
		got, err = trade(ctx, given)
		err = r.handoff(cl).Sent(given, err)
	}
	caught.Finish(r.ending(cl.Profile(), got, err))
	return caught, got, err
}

// warnUnchecked warns if the code came without a state or an address, so that nothing ties
// it to this login.
func (r *root) warnUnchecked(caught login.Caught) {
	switch {
	case caught.StateMissing:
		r.warn(handoff.NoState())
	case caught.Alone:
		r.warn(lang.Text{
			EN: "only the code was pasted, so there is no way to check that it belongs to this login; paste the whole address to have it checked",
			ZH: "只给出了授权码，无法确认它属于这次登录；粘贴完整地址即可确认",
		})
	}
}

// catchOptions say how to wait for a code.
type catchOptions struct {
	listen  string
	tls     listenTLS
	wait    time.Duration
	noState bool
	params  []string // to add to the address
	then    []string // the steps to run with the code
	renewed bool     // not the login's first address, so warnings are not repeated
	// by waits for the code.
	by func(context.Context, *client.Client, catchOptions) (login.Caught, error)
	// strays is told about requests that the listener does not accept.
	strays *loopback.Strays
	// paste is set if a person or program can bring the redirect instead of the browser.
	paste *paste
	// page, if set, brings the code instead of show and the redirect.
	page func(client.Authorization, *loopback.Listener) (login.Page, error)
	// show starts showing the address. What it starts ends with ctx.
	show func(context.Context, *client.Client, client.Authorization, *loopback.Listener, time.Time) error
}

// catch waits for the redirect of one login.
func (r *root) catch(ctx context.Context, cl *client.Client, o catchOptions) (login.Caught, error) {
	redirect, err := r.redirectURI(cl.Profile())
	if err != nil {
		return login.Caught{}, err
	}
	params, err := parseParams(o.params)
	if err != nil {
		return login.Caught{}, err
	}
	certify, err := r.listenCertificate(o.tls)
	if err != nil {
		return login.Caught{}, err
	}
	if certify != nil && login.IsOwn(redirect, "http") {
		return login.Caught{}, usagef(lang.Text{EN: "--listen-tls listens for https, but redirect_uri is %s: change it to https, here and at the vendor", ZH: "--listen-tls 用 https 等待，但 redirect_uri 是 %s：请在本地和厂商后台都改成 https"}, redirect)
	}
	if err := cl.Ready(o.then); err != nil {
		return login.Caught{}, err
	}
	if err := returnsSomewhere(cl.Profile(), redirect); err != nil && o.page == nil {
		return login.Caught{}, err
	}
	flow := login.Flow{
		Client: cl, RedirectURI: redirect, Certify: certify, Wait: o.wait, NoState: o.noState, Lang: r.language(), Page: o.page, Params: params, Strays: o.strays,
	}
	if p := o.paste; p != nil {
		flow.Paste, flow.WrongPaste, flow.PasteOnly = p.next, p.stray, p.view.paste
	}
	if o.listen != "" {
		flow.Listen = strings.Split(strings.ReplaceAll(o.listen, " ", ""), ",")
	}
	showing, stop := context.WithCancel(ctx)
	defer stop()
	flow.Show = func(a client.Authorization, l *loopback.Listener) error {
		if name := twice(a.URL, params); name != "" {
			return usagef(lang.Text{EN: "--param %s: the address already has it", ZH: "--param %s：地址里已经有这个参数"}, name)
		}
		if !o.renewed {
			r.warnUnbound(a)
		}
		return o.show(showing, cl, a, l, r.Now().Add(o.wait))
	}
	return flow.Code(ctx)
}

// returnsSomewhere refuses a login that no browser could return from: the authorize
// address has no redirect_uri, and we do not know the one that is registered.
func returnsSomewhere(p *profile.Profile, redirect string) error {
	u, err := url.Parse(redirect)
	if p.Authorize == nil || p.Authorize.Uses("redirect_uri") || err == nil && redirect != "" && u.Port() != "0" {
		return nil
	}
	return usagef(lang.Text{EN: "%s: the authorize address does not say where to return, so the browser returns to the registered address: give that address with --redirect-uri URL", ZH: "%s：授权地址里没有回调地址，浏览器会回到已登记的地址：请用 --redirect-uri URL 给出它"}, p.Name)
}
