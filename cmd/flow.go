package cmd

import (
	"context"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
)

// flows runs the logins of a person, which several commands do.
type flows struct {
	out         *printer
	in          *input
	conf        *config
	rec         *recording
	certs       *certificates
	errs        *reporter
	now         func() time.Time
	openBrowser func(url string) error

	running *handoff.Command // the running command; nil until it calls handoff
}

// handoff returns what the running command needs to start a login for another command, or
// to finish one.
func (l *flows) handoff(cl *client.Client) *handoff.Command {
	if l.running == nil {
		l.running = &handoff.Command{
			Name: l.errs.called, Resuming: l.resuming(cl.Profile().Name), Config: l.conf.folders().Config("config.toml"),
			Client: cl, Logins: l.conf.logins(), Resumes: l.conf.resumes(), Codes: l.conf.codes(), Now: l.now, Warn: l.out.warn,
		}
	}
	return l.running
}

// checkVerifier warns before a code is sent without the PKCE verifier that its login may have.
// If the vendor refuses the code, the hint says so, too.
func (l *flows) checkVerifier(cl *client.Client, given recipe.Values) {
	_, sends := given.Text("code")
	_, verified := given.Text("code_verifier")
	l.errs.noVerifier = sends && !verified && cl.Profile().StartUses("code_challenge")
	if !l.errs.noVerifier {
		return
	}
	if command := l.handoff(cl); command.Logins.AnyVerifier(cl.Profile().Name, command.Now()) {
		l.out.warn(lang.Text{
			EN: "this code is sent without a PKCE verifier: if authorize-url began its login, use ssoctl exchange with --callback or --state",
			ZH: "发送这个授权码时没有带 PKCE verifier：如果登录是用 authorize-url 发起的，请用 ssoctl exchange，并加 --callback 或 --state",
		})
	}
}

// notPrinted is called with the error of any command. If that is why the result of a login
// was not printed, it keeps the login for login --resume.
func (l *flows) notPrinted(err error) error {
	if l.running == nil {
		return err
	}
	return l.running.NotPrinted(err)
}

// resuming is the command line that resumes a login.
func (l *flows) resuming(profile string) string {
	how := "ssoctl login --resume -p " + profile
	if l.conf.file != "" {
		how += " --config " + record.Quote(l.conf.file)
	}
	if len(l.conf.set) > 0 {
		how += " --set …"
	}
	return how
}

// presenting is what a login needs from outside.
func (l *flows) presenting() present.Deps {
	d := present.Deps{Console: l.out.console(), Style: l.out.qrStyle(), Now: l.now, OpenBrowser: l.openBrowser}
	if !l.in.taken && !l.out.quiet {
		d.Keyboard, _ = l.in.from.(*os.File)
	}
	return d
}

// logIn waits for a code, runs the steps that follow unless o.codeOnly, and prints the
// result.
func (l *flows) logIn(c *cobra.Command, cl *client.Client, o catchOptions, by present.Catcher) error {
	trade := func(ctx context.Context, given recipe.Values, redirect ...client.Done) (client.Login, error) {
		return cl.Resume(ctx, append(cl.LoginSteps(), o.more()...), given, redirect)
	}
	if o.codeOnly {
		trade = func(context.Context, recipe.Values, ...client.Done) (client.Login, error) { return client.Login{}, nil }
	} else {
		o.then = append(cl.LoginSteps(), o.more()...)
	}
	caught, got, err := l.catchAndTrade(c.Context(), cl, o, by, trade)
	if err != nil {
		return err
	}
	res := output.Login(caught.Profile, caught.Code, got)
	if o.codeOnly {
		res.Text = caught.Code
	}
	return l.out.write(c, res)
}

// catchAndTrade waits for a code, runs the steps that take it with trade, and tells the
// browser how that ended. It does so before the result is written, because the reader of
// stdout may be slow. No other command knows this login, so that it is not claimed as in
// [handoff.Command.Exchange].
func (l *flows) catchAndTrade(ctx context.Context, cl *client.Client, o catchOptions, by present.Catcher,
	trade func(context.Context, recipe.Values, ...client.Done) (client.Login, error),
) (login.Caught, client.Login, error) {
	flow, err := l.flow(ctx, cl, o)
	if err != nil {
		return login.Caught{}, client.Login{}, err
	}
	var got client.Login
	interrupt.Handle(l.out.stderr) // a Catcher changes the terminal's modes
	caught, err := by.Catch(ctx, flow)
	if err == nil {
		l.warnUnchecked(caught)
		given := caught.Given(caught.Code)
		got, err = trade(ctx, given, caught.Redirect...)
		err = l.handoff(cl).Sent(given, err, o.more()...)
	}
	caught.Finish(l.ending(cl.Profile(), got, err))
	return caught, got, err
}

// warnUnchecked warns if the code came without a state or an address, so that nothing ties
// it to this login.
func (l *flows) warnUnchecked(caught login.Caught) {
	switch {
	case caught.StateMissing:
		l.out.warn(handoff.NoState())
	case caught.Alone:
		l.out.warn(lang.Text{
			EN: "only the code was pasted, so there is no way to check that it belongs to this login; paste the whole address to have it checked",
			ZH: "只给出了授权码，无法确认它属于这次登录；粘贴完整地址即可确认",
		})
	}
}

// catchOptions say how to wait for a code.
type catchOptions struct {
	listen, redirectURI string
	tls                 listenTLS
	wait                time.Duration
	noState             bool
	params              []string           // to add to the address
	then                []profile.StepName // the steps to run with the code
	ownPage             bool               // the code comes from a page that ssoctl serves, not from a redirect
	codeOnly            bool               // print the code instead of sending it
	details             bool               // ask for more about the user
}

// more are the steps to run besides those of every login.
func (o *catchOptions) more() []profile.StepName {
	if o.details {
		return []profile.StepName{profile.StepDetails}
	}
	return nil
}

// flags adds the flags of a command that waits for a redirect.
func (o *catchOptions) flags(c *cobra.Command, wait time.Duration) {
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	commandline.Duration(f, &o.wait, "wait", wait)
	f.BoolVar(&o.noState, "no-state", false, "")
	paramFlag(f, &o.params)
	o.tls.flags(c)
}

// flow is the login that the flags describe. All references are looked up here, before
// anything is shown.
func (l *flows) flow(ctx context.Context, cl *client.Client, o catchOptions) (login.Flow, error) {
	f := login.Flow{Client: cl, Wait: o.wait, NoState: o.noState, Lang: l.out.language()}
	var err error
	if f.RedirectURI, err = l.conf.redirectURI(ctx, cl.Profile()); err != nil {
		return f, err
	}
	if f.Params, err = parseParams(o.params); err != nil {
		return f, err
	}
	if err := l.listening(ctx, &f, o.listen, o.tls); err != nil {
		return f, err
	}
	if err := cl.Ready(o.then); err != nil {
		return f, err
	}
	if o.ownPage {
		return f, nil
	}
	return f, returnsSomewhere(cl.Profile(), f.RedirectURI)
}

// listening sets where and how a flow listens for its RedirectURI.
func (l *flows) listening(ctx context.Context, f *login.Flow, listen string, tls listenTLS) (err error) {
	if f.Certify, err = l.certs.listenCertificate(ctx, tls); err != nil {
		return err
	}
	if f.Certify != nil && login.IsOwn(f.RedirectURI, "http") {
		return failure.Usagef(lang.Text{EN: "--listen-tls listens for https, but redirect_uri is %s: change it to https, here and at the vendor", ZH: "--listen-tls 用 https 等待，但 redirect_uri 是 %s：请在本地和厂商后台都改成 https"}, f.RedirectURI)
	}
	if listen != "" {
		f.Listen = strings.Split(strings.ReplaceAll(listen, " ", ""), ",")
	}
	return nil
}

// returnsSomewhere refuses a login that no browser could return from: the authorize
// address has no redirect_uri, and we do not know the one that is registered.
func returnsSomewhere(p *profile.Profile, redirect string) error {
	u, err := url.Parse(redirect)
	if p.Authorize == nil || p.StartUses("redirect_uri") || err == nil && redirect != "" && u.Port() != "0" {
		return nil
	}
	return failure.Usagef(lang.Text{EN: "%s: the authorize address does not say where to return, so the browser returns to the registered address: give that address with --redirect-uri URL", ZH: "%s：授权地址里没有回调地址，浏览器会回到已登记的地址：请用 --redirect-uri URL 给出它"}, p.Name)
}
