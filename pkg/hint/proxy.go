package hint

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
)

// via names the proxy that a request to the host goes through, because the proxy may be at
// fault.
func (a Adviser) via(scheme, host string) lang.Text {
	return throughProxy(a.Machine.Proxy(scheme, host))
}

// throughProxy names the proxy; zero without one.
func throughProxy(proxy *url.URL, by string) lang.Text {
	if proxy == nil {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{
		EN: "The request went through the proxy %s (%s); --proxy none bypasses it.",
		ZH: "请求经过了代理 %s（%s）；--proxy none 可不用代理。",
	}, proxy.Host, by)
}

// proxyFault is about a proxy that is itself at fault; false if it is not.
func proxyFault(e *client.NetworkError, proxy *url.URL, by string) (lang.Text, bool) {
	if proxy == nil {
		return lang.Text{}, false
	}
	var op *net.OpError
	switch {
	case strings.Contains(e.Err.Error(), http.StatusText(http.StatusProxyAuthRequired)):
		return proxyPassword(proxy, by, e.Scheme), true
	case errors.As(e.Err, &op) && op.Op == "proxyconnect", e.Phase == client.PhaseLookup:
		return lang.Sprintf(lang.Text{
			EN: "The proxy %s (%s) cannot be reached. Correct %[2]s, or bypass the proxy: --proxy none",
			ZH: "连不上代理 %s（%s）。请改正 %[2]s，或不用代理：--proxy none",
		}, proxy.Host, by), true
	case e.Phase == client.PhaseConnect && e.Scheme == "https":
		return lang.Sprintf(lang.Text{
			EN: "The proxy %s (%s) does not allow connections to %s. Ask its administrator, or bypass the proxy: --proxy none",
			ZH: "代理 %s（%s）不放行到 %s。请联系代理的管理员，或不用代理：--proxy none",
		}, proxy.Host, by, e.Host), true
	}
	return lang.Text{}, false
}

// proxyPassword is about a proxy that asks for a password. proxy is nil if none was
// named, so that an unknown proxy responded.
func proxyPassword(proxy *url.URL, by, scheme string) lang.Text {
	who := lang.Text{EN: "A proxy requires", ZH: "代理需要"}
	if proxy != nil {
		who = lang.Sprintf(lang.Text{EN: "The proxy %s (%s) requires", ZH: "代理 %s（%s）需要"}, proxy.Host, by)
	}
	how := lang.Text{EN: " a name and password. Give them in the environment: ", ZH: "用户名和密码。请用环境变量给出："}
	if by == "--proxy" { // a password there would show in the process list
		how = lang.Text{EN: " a name and password. Leave --proxy out and give them in the environment: ", ZH: "用户名和密码。请去掉 --proxy，改用环境变量给出："}
	}
	if proxy == nil || by == "--proxy" {
		by = strings.ToUpper(cmp.Or(scheme, "https")) + "_PROXY"
	}
	return lang.Text{EN: who.EN + how.EN + by + "=http://NAME:PASSWORD@HOST:PORT", ZH: who.ZH + how.ZH + by + "=http://用户名:密码@主机:端口"}
}
