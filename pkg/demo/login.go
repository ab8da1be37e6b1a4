package demo

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
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

// catch gets a code: with a browser that opens the authorize URL or, if that URL is missing
// or has no redirect_uri, directly from the emulated platform.
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

// visit plays the user's browser: it follows the URL to our listener, by way of a form or
// fragment if response_mode asks for that. It reports no errors: if it fails, the login times
// out.
func (d Demo) visit(ctx context.Context, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return
	}
	page, at := d.open(req)
	switch to, form := postedForm(page); {
	case to != "":
		if req, err = http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form)); err == nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			d.open(req)
		}
	case at != nil && strings.Contains(at.Fragment, "="): // our page moves it into the query
		address, _, _ := strings.Cut(at.String(), "#")
		if req, err = http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+at.EscapedFragment(), nil); err == nil {
			d.open(req)
		}
	}
}

// open follows redirects, and returns the page at the end and its address; nil if the request
// failed.
func (d Demo) open(req *http.Request) (page string, at *url.URL) {
	resp, err := d.Client.HTTP.Do(req)
	if err != nil {
		return "", nil
	}
	defer resp.Body.Close()
	const maxPage = 1 << 20 // bytes
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err != nil {
		return "", nil
	}
	return string(text), resp.Request.URL
}

// postedForm returns where the emulator's page for form_post sends its form, and the form;
// "" for other pages.
func postedForm(page string) (to, form string) {
	_, rest, _ := strings.Cut(page, `<form method="post" action="`)
	to, rest, _ = strings.Cut(rest, `"`)
	values := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
		values.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return html.UnescapeString(to), values.Encode()
}
