package cmd

import (
	"context"
	"net"
	"net/url"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// showLink draws the authorize address itself as a QR code. The phone opens the address.
func showLink(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error {
	lines := []string{a.URL}
	if s.first {
		s.sayPhone(a, l)
		s.sayElsewhere(a, l, false)
	}
	if !s.quiet {
		lines = []string{s.in(lang.Text{EN: "Address:", ZH: "地址："}), a.URL}
	}
	s.lasts(ctx, a.Lifetime)
	s.view.showCode(a.URL, a.Lifetime, lines...)
	return nil
}

// sayPhone warns that a phone cannot reach a loopback redirect_uri and says what to do. It
// prints before the picture, so that the picture stays in one piece.
func (r *root) sayPhone(a client.Authorization, l *loopback.Listener) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !login.IsLoopback(u.Hostname()) {
		return
	}
	r.say(lang.Text{
		EN: "A phone cannot reach " + u.Host + ". If the phone, and not this machine's browser, is redirected back, stop and start again with:",
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

// lanHosts returns this machine's IPv4 addresses that other devices may reach.
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
