package cmd

import (
	"context"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/output"
	"ssoctl/pkg/present"
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

// checkVerifier warns if the client sent a code, with this result, without the PKCE verifier that
// its login may have. If the vendor refused the code, the hint says so, too.
func (l *flows) checkVerifier(cl *client.Client, given recipe.Values, err error) {
	_, verified := given.Text("code_verifier")
	l.errs.noVerifier = cl.CodeSent() && !verified && cl.Profile().StartUses("code_challenge")
	if !l.errs.noVerifier {
		return
	}
	if command := l.handoff(cl); command.Logins.AnyVerifier(cl.Profile().Name, command.Now()) {
		command.WarnOfCode(lang.Text{
			EN: "this code was sent without a PKCE verifier: if authorize-url began its login, use ssoctl exchange with --callback or --state",
			ZH: "发送这个授权码时没有带 PKCE verifier：如果登录是用 authorize-url 发起的，请用 ssoctl exchange，并加 --callback 或 --state",
		}, err)
	}
}

// guard prepares for a command that spends a code. Neither a signal nor a reader of stdout that
// has gone may end it before it has kept the login.
func (l *flows) guard() {
	interrupt.Handle(l.out.stderr)
	interrupt.ReturnBrokenPipes()
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
		res.Text, res.Alone = caught.Code, true
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
	l.guard() // also because a Catcher changes the terminal's modes
	caught, err := by.Catch(ctx, flow)
	if err == nil {
		given := caught.Given(caught.Code)
		got, err = trade(ctx, given, caught.Redirect...)
		l.handoff(cl).WarnOfCode(unbound(caught), err)
		err = l.handoff(cl).Sent(given, err, o.more()...)
	}
	caught.Finish(l.ending(cl.Profile(), got, err))
	return caught, got, err
}

// unbound is the warning that nothing ties the code to this login, because it came without a
// state or an address; zero if something does.
func unbound(caught login.Caught) lang.Text {
	switch {
	case caught.StateMissing:
		return handoff.NoState()
	case caught.Alone:
		return lang.Text{
			EN: "only the code was pasted, so there is no way to check that it belongs to this login; paste the whole address to have it checked",
			ZH: "只给出了授权码，无法确认它属于这次登录；粘贴完整地址即可确认",
		}
	}
	return lang.Text{}
}
