package cmd

import (
	"context"
	"net/url"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// defaultWait is how long login waits for a person.
const defaultWait = 5 * time.Minute

func (r *root) newLogin() *cobra.Command {
	var o catchOptions
	var noBrowser, qr, paste, resume bool
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
			show := present.Browser{Deps: r.presenting(), Launch: !noBrowser, ShowQR: qr}
			if !paste {
				return r.logIn(c, cl, o, show, false)
			}
			if err := r.takeStdin(); err != nil {
				return err
			}
			_, tty := r.terminalIn()
			return r.logIn(c, cl, o, present.Paste{Browser: show, In: r.In, Retry: tty}, false)
		},
	}
	f := c.Flags()
	f.BoolVar(&noBrowser, "no-browser", false, "")
	f.BoolVar(&resume, "resume", false, "")
	f.BoolVar(&qr, "qr", false, "")
	f.BoolVar(&paste, "paste", false, "")
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
func (r *root) logIn(c *cobra.Command, cl *client.Client, o catchOptions, by present.Catcher, codeOnly bool) error {
	trade := cl.Login
	if codeOnly {
		trade = func(context.Context, recipe.Values) (client.Login, error) { return client.Login{}, nil }
	} else {
		o.then = cl.LoginSteps()
	}
	caught, got, err := r.catchAndTrade(c.Context(), cl, o, by, trade)
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
func (r *root) catchAndTrade(ctx context.Context, cl *client.Client, o catchOptions, by present.Catcher,
	trade func(context.Context, recipe.Values) (client.Login, error),
) (login.Caught, client.Login, error) {
	flow, err := r.flow(cl, o)
	if err != nil {
		return login.Caught{}, client.Login{}, err
	}
	var got client.Login
	caught, err := catch(ctx, by, flow)
	if err == nil {
		r.warnUnchecked(caught)
		given := caught.Given(caught.Code)
		got, err = trade(ctx, given)
		err = r.handoff(cl).Sent(given, err)
	}
	caught.Finish(r.ending(cl.Profile(), got, err))
	return caught, got, err
}

// catch runs the flow with the signals handled from the start: a Catcher changes the
// terminal's modes, which a process that a signal ends at once would leave behind.
func catch(ctx context.Context, by present.Catcher, f login.Flow) (login.Caught, error) {
	ctx, stop := signal.NotifyContext(ctx, endSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	return by.Catch(ctx, f)
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
	params  []string           // to add to the address
	then    []profile.StepName // the steps to run with the code
	ownPage bool               // the code comes from a page of ours, not from a redirect
}

// flow is the login that the flags describe. All references are looked up here, before
// anything is shown.
func (r *root) flow(cl *client.Client, o catchOptions) (login.Flow, error) {
	f := login.Flow{Client: cl, Wait: o.wait, NoState: o.noState, Lang: r.language()}
	var err error
	if f.RedirectURI, err = r.redirectURI(cl.Profile()); err != nil {
		return f, err
	}
	if f.Params, err = parseParams(o.params); err != nil {
		return f, err
	}
	if f.Certify, err = r.listenCertificate(o.tls); err != nil {
		return f, err
	}
	if f.Certify != nil && login.IsOwn(f.RedirectURI, "http") {
		return f, usagef(lang.Text{EN: "--listen-tls listens for https, but redirect_uri is %s: change it to https, here and at the vendor", ZH: "--listen-tls 用 https 等待，但 redirect_uri 是 %s：请在本地和厂商后台都改成 https"}, f.RedirectURI)
	}
	if err := cl.Ready(o.then); err != nil {
		return f, err
	}
	if o.listen != "" {
		f.Listen = strings.Split(strings.ReplaceAll(o.listen, " ", ""), ",")
	}
	if o.ownPage {
		return f, nil
	}
	return f, returnsSomewhere(cl.Profile(), f.RedirectURI)
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
