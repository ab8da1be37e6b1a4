package cmd

import (
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
)

func (r *root) newAuthorizeURL() *cobra.Command {
	var o struct {
		state, redirectURI string
		params             []string
		open, qr           bool
	}
	c := &cobra.Command{
		Use: "authorize-url", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
				return err
			}
			params, err := parseParams(o.params)
			if err != nil {
				return err
			}
			auth, err := cl.Authorize(client.AuthorizeOptions{State: o.state, Params: params})
			if err != nil {
				return err
			}
			if name := twice(auth.URL, params); name != "" {
				return usagef(lang.Text{EN: "--param %s: the address already has it", ZH: "--param %s：地址里已经有这个参数"}, name)
			}
			r.warnUnbound(auth)
			r.warnNoPort(auth.RedirectURI)
			expires := r.handoff(cl).Begin(auth)
			if err := r.write(c, output.AuthorizeURL(auth, expires)); err != nil {
				return err
			}
			if o.qr {
				r.progress("%s", strings.Join(r.plainQR(auth.URL), "\n"))
			}
			if o.open {
				r.open(auth.URL)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.state, "state", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	paramFlag(f, &o.params)
	f.BoolVar(&o.open, "open", false, "")
	f.BoolVar(&o.qr, "qr", false, "")
	return c
}

// paramFlag adds --param, which every command that makes an authorize address has.
func paramFlag(f *pflag.FlagSet, to *[]string) {
	f.StringArrayVar(to, "param", nil, "")
}

func parseParams(pairs []string) (url.Values, error) {
	out := url.Values{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef(lang.Text{EN: "--param %s: expected K=V", ZH: "--param %s：应为 K=V"}, pair)
		}
		out.Add(name, value)
	}
	return out, nil
}

// twice returns a parameter of added that the address has more often than added, because
// the profile sets it too; "" if there is none.
func twice(address string, added url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for name, values := range u.Query() {
		if more := added[name]; len(more) > 0 && len(values) > len(more) {
			return name
		}
	}
	return ""
}

// warnUnbound warns if nothing ties the code to this login, so that anybody could supply
// one.
func (r *root) warnUnbound(a client.Authorization) {
	switch step := r.loaded.Authorize; {
	case a.Bound:
	case !step.Uses("redirect_uri"):
		r.warn(lang.Text{
			EN: "this login is not protected against forged codes: the address has neither state nor redirect_uri",
			ZH: "这次登录防不住伪造的授权码：地址里既没有 state，也没有回调地址",
		})
	default:
		r.warn(lang.Text{
			EN: "this login is not protected against forged codes: the vendor returns no state, and the redirect_uri is always the same; put {state} into it if the vendor accepts that",
			ZH: "这次登录防不住伪造的授权码：厂商不回传 state，回调地址又固定不变；若厂商接受，请在回调地址里写上 {state}",
		})
	}
}

// warnNoPort warns if the redirect_uri has port 0. A browser cannot reach that port, and
// only a listener replaces it with a real one.
func (r *root) warnNoPort(redirectURI string) {
	if u, err := url.Parse(redirectURI); err == nil && u.Port() == "0" {
		r.warn(lang.Text{
			EN: "no browser can return to " + u.Host + ": name the port with --redirect-uri, or let ssoctl login or exchange --listen choose one",
			ZH: "浏览器无法回到 " + u.Host + "：请用 --redirect-uri 写明端口，或改用 ssoctl login 或 exchange --listen 自动选择",
		})
	}
}

// launcherTime is how long we wait for a browser's launcher to fail. If the launcher is
// the browser itself, it returns only when the window is closed.
const launcherTime = 500 * time.Millisecond

// open opens an address in the user's browser, or warns that it could not.
func (r *root) open(address string) {
	opened := make(chan error, 1)
	go func() { opened <- r.OpenBrowser(address) }()
	var err error
	select {
	case err = <-opened:
	case <-time.After(launcherTime):
	}
	if err != nil {
		r.warn(lang.Text{
			EN: "could not open a browser (" + err.Error() + "): open the address yourself",
			ZH: "无法打开浏览器（" + err.Error() + "）：请自行打开上面的地址",
		})
	}
}
