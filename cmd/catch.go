package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/profile"
)

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
	return f, f.CheckReturn()
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
