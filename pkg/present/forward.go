package present

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/localhost"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// The alternatives to forwarding the redirect, at the end of a sentence.
var (
	startPaste = lang.Text{EN: ", or start again with login --paste", ZH: "，或改用 login --paste"}
	pasteHere  = lang.Text{EN: ", or paste the address here", ZH: "，或把该地址粘贴到这里"}
)

// sayForward says how to forward the redirect to the listener, if the redirect_uri is another
// address. instead is an alternative.
func (d Deps) sayForward(a client.Authorization, l *loopback.Listener, instead lang.Text) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !l.Addr().IP.IsLoopback() {
		return
	}
	if localhost.Is(u.Hostname()) && loopback.Port(u) == strconv.Itoa(l.Addr().Port) && strings.HasPrefix(l.URL(""), u.Scheme+":") {
		return
	}
	to := lang.Sprintf(lang.Text{EN: "forward that to %s" + instead.EN, ZH: "请将其转发到 %s" + instead.ZH}, l.Addr())
	if login.IsOwn(a.RedirectURI, "https") {
		to = lang.Text{EN: "add --listen-tls to serve https, or " + to.EN, ZH: "请加 --listen-tls 以提供 https，或" + strings.TrimPrefix(to.ZH, "请")}
	}
	d.Console.Say(lang.Sprintf(lang.Text{EN: "The browser returns to %s: %s", ZH: "浏览器会回到 %s：%s"}, u.Host, to))
}

// sayPhone warns that a phone cannot reach a loopback redirect_uri and says what to do. It
// prints before the picture, so that the picture stays in one piece.
func (d Deps) sayPhone(a client.Authorization, l *loopback.Listener) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !localhost.Is(u.Hostname()) {
		return
	}
	d.Console.Say(lang.Text{
		EN: "A phone cannot reach " + u.Host + ". If the phone, and not this machine's browser, is redirected back, stop and start again with:",
		ZH: "手机访问不到 " + u.Host + "。如果扫码后由手机（而不是本机浏览器）跳转回来，请停止并改用：",
	})
	hosts := lanHosts()
	if len(hosts) == 0 {
		hosts = []string{"LAN-ADDRESS"}
	}
	for _, host := range hosts {
		d.Console.Printf("  --listen 0.0.0.0:%d --redirect-uri 'http://%s:%[1]d/{state}'", l.Addr().Port, host)
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
