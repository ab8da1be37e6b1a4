package demo

import (
	"context"
	"io"
	"net/http"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

func (d Demo) logIn(ctx context.Context, cl *client.Client, emu *emulator.Emulator) (client.Login, error) {
	caught, err := d.catch(ctx, cl, emu)
	if err != nil {
		return client.Login{}, err
	}
	return cl.Login(ctx, caught.Given(caught.Code), caught.Redirect...)
}

// catch gets a code: with a browser that opens the authorize URL or, if the profile has no
// such URL or it lacks a redirect_uri, straight from the emulated platform.
func (d Demo) catch(ctx context.Context, cl *client.Client, emu *emulator.Emulator) (login.Caught, error) {
	if p := cl.Profile(); !inBrowser(p) {
		code, err := emu.IssueCode(p.Name, emulator.Grant{})
		d.line(labelCode, d.Console.In(lang.Text{EN: "the platform opens the application's page with it", ZH: "平台打开应用页面时带上"}))
		return login.Caught{Code: code}, err
	}
	flow := login.Flow{Client: cl, Wait: 10 * time.Second, Lang: d.Console.Lang, View: visitor{d}}
	caught, err := flow.Code(ctx)
	caught.Finish(loopback.Ending{}) // the demo continues in the terminal
	if err == nil {
		d.line(labelCode, d.Console.In(lang.Sprintf(lang.Text{EN: "caught at %s", ZH: "在 %s 收到"}, caught.RedirectURI)))
	}
	return caught, err
}

// visitor is a [login.View] whose browser opens the URL at once.
type visitor struct{ Demo }

// Show implements [login.View].
func (v visitor) Show(ctx context.Context, a client.Authorization, _ *loopback.Listener) error {
	v.line(labelAddress, a.URL)
	go v.visit(context.WithoutCancel(ctx), a.URL) // the browser gets its page after the wait
	return nil
}

// visit plays the user's browser: it follows the URL to our listener. It reports no errors:
// if it fails, the login times out.
func (d Demo) visit(ctx context.Context, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return
	}
	if resp, err := d.Client.HTTP.Do(req); err == nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}
