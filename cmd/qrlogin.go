package cmd

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
)

func (r *root) newQRLogin() *cobra.Command {
	var o catchOptions
	var codeOnly bool
	var redirectURI string
	c := &cobra.Command{
		Use: "qrlogin", Short: "Log in by scanning a QR code in the terminal", Args: cobra.NoArgs,
		Long: `Log in by scanning a QR code that is drawn in the terminal; then trade the code
and say who it was.`,
		Example: `  ssoctl qrlogin -p scan
  ssoctl qrlogin -p scan --listen 0.0.0.0:8976 --redirect-uri 'http://192.0.2.7:8976/{state}'`,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			step, err := cl.Profile().Offer("authorize")
			if err != nil {
				return err
			}
			if !step.Scan {
				return &profile.NotOfferedError{Profile: cl.Profile().Name, Step: "qrlogin", Why: lang.Text{
					EN: "This vendor's login page is for a browser: ssoctl login -p " + cl.Profile().Name,
					ZH: "该厂商在浏览器里登录：ssoctl login -p " + cl.Profile().Name,
				}}
			}
			if err := redirectFlag(cl.Profile(), redirectURI); err != nil {
				return err
			}
			o.show = r.showQR
			return r.logIn(c, cl, o, codeOnly)
		},
	}
	c.Flags().BoolVar(&codeOnly, "code-only", false, "print the code and do not trade it")
	catchFlags(c, &o, &redirectURI)
	return c
}

// showQR prints the address, then draws it, with a panel beside it where the
// terminal is wide enough.
func (r *root) showQR(ctx context.Context, cl *client.Client, a client.Authorization, l *loopback.Listener, deadline time.Time) error {
	r.sayPhone(a, l)
	r.say(lang.Text{EN: "Address:", ZH: "地址："})
	r.printAddress(a.URL)
	columns, rows, tty := screen(r.Err)
	picture, err := qr.Terminal(a.URL, r.qrStyle())
	if !tty || r.quiet || err != nil || picture.Width > columns || len(picture.Lines) >= rows {
		if tty && err == nil {
			r.say(lang.Text{
				EN: fmt.Sprintf("The picture needs a terminal of %d×%d, this one has %d×%d: make it larger and start again, or open the address.", picture.Width, len(picture.Lines)+1, columns, rows),
				ZH: fmt.Sprintf("二维码需要 %d×%d 的终端，当前为 %d×%d：请放大窗口后重新开始，或直接打开地址。", picture.Width, len(picture.Lines)+1, columns, rows),
			})
		}
		r.waitFor(ctx, a, l, deadline)
		return nil
	}
	if columns < panelAt {
		for _, line := range picture.Lines {
			fmt.Fprintln(r.Err, line)
		}
		r.waitFor(ctx, a, l, deadline)
		return nil
	}
	r.drawPanel(ctx, picture, cl.Profile(), columns, deadline)
	return nil
}

// panelAt is the width of a terminal from which there is a panel.
const panelAt = 80

// drawPanel draws the picture with a panel to its right, whose countdown it
// keeps going.
func (r *root) drawPanel(ctx context.Context, picture qr.Picture, p *profile.Profile, columns int, deadline time.Time) {
	const gap = 3
	style := lipgloss.NewRenderer(r.Err).NewStyle().Width(columns - picture.Width - gap)
	panel := func(left time.Duration) []string {
		title, _, _ := strings.Cut(p.Title, ":")
		text := lang.Text{
			EN: "Scan with the phone and confirm\nthere.\n\nProfile  %s\n         %s\nLeft     %s\nStop     Ctrl-C",
			ZH: "请用手机扫码，并在手机上确认。\n\n配置  %s\n      %s\n剩余  %s\n停止  Ctrl-C",
		}.In(r.language())
		return strings.Split(style.Render(fmt.Sprintf(text, p.Name, strings.TrimSpace(title), clock(left))), "\n")
	}
	first := panel(deadline.Sub(r.Now()))
	top := (len(picture.Lines) - len(first)) / 2
	for i, line := range picture.Lines {
		if i >= top && i-top < len(first) {
			line += strings.Repeat(" ", gap) + strings.TrimRight(first[i-top], " ")
		}
		fmt.Fprintln(r.Err, line)
	}
	r.everySecond(ctx, deadline, func(left time.Duration) {
		var b strings.Builder
		lines := panel(left)
		for i, line := range lines {
			up := len(picture.Lines) - top - i
			fmt.Fprintf(&b, "\x1b[%dA\x1b[%dG\x1b[K%s\x1b[%dB\r", up, picture.Width+gap+1, strings.TrimRight(line, " "), up)
		}
		fmt.Fprint(r.Err, b.String())
	}, func() {})
}

// sayPhone says what to do when the phone is to reach an address that only
// this machine has. It comes before the picture, so that the picture stays whole.
func (r *root) sayPhone(a client.Authorization, l *loopback.Listener) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !login.IsLoopback(u.Hostname()) {
		return
	}
	r.say(lang.Text{
		EN: "A phone cannot reach " + u.Host + ". If it is the phone that is sent back, and not this machine's browser, stop and start again with:",
		ZH: "手机访问不到 " + u.Host + "。如果扫码后由手机（而不是本机浏览器）跳转回来，请停止并改用：",
	})
	hosts := lanHosts()
	if len(hosts) == 0 {
		hosts = []string{"LAN-ADDRESS"}
	}
	for _, host := range hosts {
		r.progress("  --listen 0.0.0.0:%d --redirect-uri 'http://%s:%[1]d/{state}'", l.Addr().Port, host)
	}
}

// lanHosts are this machine's IPv4 addresses that others may reach.
func lanHosts() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, addr := range addrs {
		if ip, ok := addr.(*net.IPNet); ok && ip.IP.To4() != nil && ip.IP.IsGlobalUnicast() {
			out = append(out, ip.IP.String())
		}
	}
	return out
}

// qrStyle suits the terminal: explicit colours where they are allowed; else
// light on dark, unless COLORFGBG tells of a light ground.
func (r *root) qrStyle() qr.Style {
	if _, _, tty := screen(r.Err); tty && !r.noColor {
		return qr.Color
	}
	colours, _ := r.Env("COLORFGBG")
	if ground := colours[strings.LastIndexByte(colours, ';')+1:]; ground == "7" || ground == "15" {
		return qr.PlainLight
	}
	return qr.PlainDark
}
