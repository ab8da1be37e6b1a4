package cmd

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
)

// scanWait is how long qrlogin waits for a scan: long enough to renew a code that is valid
// for five minutes.
const scanWait = 10 * time.Minute

// qrOptions are the flags of qrlogin.
type qrOptions struct {
	out     *printer
	conf    *config
	conn    *connection
	rec     *recording
	clients *clients
	flows   *flows
	rand    io.Reader

	catchOptions
	mirrorOptions
	via                string
	refresh, noBrowser bool
}

// mirrorOptions holds the flags that only qrlogin --via mirror has.
type mirrorOptions struct{ chrome, screenshot string }

// vias are the ways to show a QR code. The first is the default.
var vias = []string{"link", "page", "mirror"}

func newQRLogin(p *parts) *cobra.Command {
	o := qrOptions{out: p.out, conf: p.conf, conn: p.conn, rec: p.rec, clients: p.clients, flows: p.flows, rand: p.app.Rand}
	c := &cobra.Command{
		Use: "qrlogin", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.via, "via", vias[0], "")
	f.BoolVar(&o.codeOnly, "code-only", false, "")
	f.BoolVar(&o.noBrowser, "no-browser", false, "")
	f.BoolVar(&o.refresh, "refresh", false, "")
	f.StringVar(&o.chrome, "chrome", "", "")
	f.StringVar(&o.screenshot, "screenshot", "", "")
	o.catchOptions.flags(c, scanWait)
	return c
}

func (o *qrOptions) run(c *cobra.Command) error {
	if !slices.Contains(vias, o.via) {
		return failure.Usagef(lang.Text{EN: "--via %s: expected one of %s", ZH: "--via %s：只能是 %s 之一"}, o.via, lang.Text{EN: strings.Join(vias, ", "), ZH: strings.Join(vias, "、")})
	}
	if o.noBrowser && o.via != "page" {
		return failure.Usagef(lang.Text{EN: "--no-browser works only with --via page", ZH: "--no-browser 只能和 --via page 一起用"})
	}
	if len(o.params) > 0 && o.via == "page" {
		return failure.Usagef(lang.Text{EN: "--param does not work with --via page: the vendor's script builds the address", ZH: "--param 不能和 --via page 一起用：那里的地址由厂商脚本生成"})
	}
	if o.mirrorOptions != (mirrorOptions{}) && o.via != "mirror" {
		return failure.Usagef(lang.Text{EN: "--chrome and --screenshot work only with --via mirror", ZH: "--chrome 和 --screenshot 只能和 --via mirror 一起用"})
	}
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if err := offersScan(cl.Profile()); err != nil {
		return err
	}
	if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
		return err
	}
	by, err := o.scanBy(c.Context(), cl.Profile())
	if err != nil {
		return err
	}
	o.ownPage = o.via == "page" && cl.Profile().Scan.BringsCode()
	return o.flows.logIn(c, cl, o.catchOptions, by)
}

// scanBy returns the way to show the QR code that the flags ask for.
func (o *qrOptions) scanBy(ctx context.Context, p *profile.Profile) (present.Catcher, error) {
	show := o.flows.presenting()
	switch o.via {
	case "page":
		if p.Scan == nil {
			return nil, &profile.NotOfferedError{Profile: p.Name, Step: "qrlogin --via page", Why: lang.Text{
				EN: "This vendor has no script that other pages can embed: ssoctl qrlogin --via link -p " + p.Name,
				ZH: "该厂商没有供自有页面嵌入的脚本：ssoctl qrlogin --via link -p " + p.Name,
			}}
		}
		return present.Page{Deps: show, Launch: !o.noBrowser, Refresh: o.refresh, Rand: o.rand, Refs: o.conf.refs(ctx), Scrub: o.rec.scrub}, nil
	case "mirror":
		b, err := o.mirrorBrowser()
		return cleanly{present.Mirror{Deps: show, Browser: b, Refresh: o.refresh, Timeout: o.clients.timeout, Screenshot: o.screenshot}}, err
	}
	return present.Link{Deps: show, Refresh: o.refresh}, nil
}

// cleanly is a way to log in that is not cut short by a second Ctrl-C, which usually ends
// the process at once. That would leave the browser's temporary folder behind, which is
// removed a moment after the first Ctrl-C.
type cleanly struct{ present.Catcher }

// Catch implements [present.Catcher].
func (c cleanly) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	hold := make(chan os.Signal, 1)
	signal.Notify(hold, interrupt.Signals()...)
	defer signal.Stop(hold)
	return c.Catcher.Catch(ctx, f)
}

// mirrorBrowser returns the browser to use.
func (o *qrOptions) mirrorBrowser() (mirror.Browser, error) {
	program, err := mirror.Find(o.chrome, runtime.GOOS, o.conf.env)
	if err != nil {
		return mirror.Browser{}, err
	}
	if _, err := os.Lstat(o.screenshot); o.screenshot != "" && !errors.Is(err, fs.ErrNotExist) {
		return mirror.Browser{}, failure.Usagef(lang.Text{EN: "--screenshot %s: %v", ZH: "--screenshot %s：%v"}, o.screenshot, failure.WithoutPath(cmp.Or(err, fs.ErrExist)))
	}
	b := mirror.Browser{Program: program, Sandbox: os.Geteuid() != 0, Proxy: o.conn.options.Proxy, Insecure: o.conn.options.Insecure}
	if strings.Contains(b.Proxy, "@") {
		return mirror.Browser{}, failure.Usagef(lang.Text{EN: "--proxy: --via mirror does not support a proxy with a password", ZH: "--proxy：--via mirror 不支持带密码的代理"})
	}
	for _, name := range mirror.Variables {
		if value, ok := o.conf.env(name); ok {
			b.Env = append(b.Env, name+"="+value)
		}
	}
	return b, nil
}

// offersScan returns an error if a profile's login has no QR code to scan.
func offersScan(p *profile.Profile) error {
	step, err := p.Offer(profile.StepAuthorize)
	if err != nil || step.Scan {
		return err
	}
	return &profile.NotOfferedError{Profile: p.Name, Step: "qrlogin", Why: lang.Text{
		EN: "This profile's login page is for a browser: ssoctl login -p " + p.Name + ". If it shows a QR code, write scan = true in [authorize] of your own profile.",
		ZH: "该接入配置的登录页要在浏览器里打开：ssoctl login -p " + p.Name + "。若登录页上有二维码，请在自己的接入配置的 [authorize] 里写 scan = true。",
	}}
}
