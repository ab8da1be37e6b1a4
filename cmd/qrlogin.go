package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/profile"
)

// scanWait is how long qrlogin waits for a scan: long enough to renew a code that is valid
// for five minutes.
const scanWait = 10 * time.Minute

// qrOptions are the flags of qrlogin.
type qrOptions struct {
	catchOptions
	mirrorOptions
	via                          string
	codeOnly, refresh, noBrowser bool
}

// via is a way to show a login's QR code.
type via struct {
	name  string
	catch func(*root, context.Context, *client.Client, *qrOptions) (login.Caught, error)
}

// vias are the ways to show a QR code. The first is the default.
var vias = []via{
	{"link", func(r *root, ctx context.Context, cl *client.Client, o *qrOptions) (login.Caught, error) {
		return r.catchScan(ctx, cl, o.catchOptions, o.refresh, showLink)
	}},
	{"page", (*root).catchPage},
	{"mirror", (*root).catchMirror},
}

func (r *root) newQRLogin() *cobra.Command {
	var o qrOptions
	var redirectURI string
	c := &cobra.Command{
		Use: "qrlogin", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			way, err := findVia(o.via)
			if err != nil {
				return err
			}
			if o.noBrowser && o.via != "page" {
				return usagef(lang.Text{EN: "--no-browser works only with --via page", ZH: "--no-browser 只能和 --via page 一起用"})
			}
			if len(o.params) > 0 && o.via == "page" {
				return usagef(lang.Text{EN: "--param does not work with --via page: the vendor's script builds the address", ZH: "--param 不能和 --via page 一起用：那里的地址由厂商脚本生成"})
			}
			if o.mirrorOptions != (mirrorOptions{}) && o.via != "mirror" {
				return usagef(lang.Text{EN: "--chrome and --screenshot work only with --via mirror", ZH: "--chrome 和 --screenshot 只能和 --via mirror 一起用"})
			}
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := offersScan(cl.Profile()); err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), redirectURI); err != nil {
				return err
			}
			o.by = func(ctx context.Context, cl *client.Client, caught catchOptions) (login.Caught, error) {
				o.catchOptions = caught
				return way.catch(r, ctx, cl, &o)
			}
			return r.logIn(c, cl, o.catchOptions, o.codeOnly)
		},
	}
	f := c.Flags()
	f.StringVar(&o.via, "via", vias[0].name, "")
	f.BoolVar(&o.codeOnly, "code-only", false, "")
	f.BoolVar(&o.noBrowser, "no-browser", false, "")
	f.BoolVar(&o.refresh, "refresh", false, "")
	o.mirrorOptions.flags(f)
	catchFlags(c, &o.catchOptions, &redirectURI, scanWait)
	// Fails only if the flag does not exist or already has a completion.
	_ = c.RegisterFlagCompletionFunc("via", cobra.FixedCompletions(viaNames(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// viaNames returns the names of vias.
func viaNames() (names []string) {
	for _, way := range vias {
		names = append(names, way.name)
	}
	return names
}

func findVia(name string) (via, error) {
	for _, way := range vias {
		if way.name == name {
			return way, nil
		}
	}
	return via{}, usagef(lang.Text{EN: "--via %s: expected one of %s", ZH: "--via %s：只能是 %s 之一"}, name, lang.Text{EN: strings.Join(viaNames(), ", "), ZH: strings.Join(viaNames(), "、")})
}

// offersScan returns an error if a profile's login has no QR code to scan.
func offersScan(p *profile.Profile) error {
	step, err := p.Offer("authorize")
	if err != nil || step.Scan {
		return err
	}
	return &profile.NotOfferedError{Profile: p.Name, Step: "qrlogin", Why: lang.Text{
		EN: "This profile's login page is for a browser: ssoctl login -p " + p.Name + ". If it shows a QR code, write scan = true in [authorize] of your own profile.",
		ZH: "该接入配置的登录页要在浏览器里打开：ssoctl login -p " + p.Name + "。若登录页上有二维码，请在自己的接入配置的 [authorize] 里写 scan = true。",
	}}
}
