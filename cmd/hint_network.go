package cmd

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/mirror"
)

// networkHint says why no response came: the cause, the proxy if there is one, and
// whether the code was sent.
func (r *root) networkHint(e *client.NetworkError) lang.Text {
	proxy, by := r.proxyOf(e.Scheme, e.Host)
	cause, isProxy := proxyHint(e, proxy, by)
	if !isProxy {
		cause = r.causeHint(e)
		cause = lang.Join(cause, r.viaHint(e.Scheme, e.Host))
	}
	if e.CodeSent {
		return lang.Join(cause, lang.Text{
			EN: "The code may have reached the vendor, so it is not sent again. Log in for a new one.",
			ZH: "授权码可能已送达，因此不再重发。请重新登录以取得新的授权码。",
		})
	}
	return cause
}

// viaHint names the proxy that a request to the host goes through, because the proxy may
// be at fault.
func (r *root) viaHint(scheme, host string) lang.Text {
	proxy, by := r.proxyOf(scheme, host)
	if proxy == nil {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{
		EN: "The request went through the proxy %s (%s); --proxy none bypasses it.",
		ZH: "请求经过了代理 %s（%s）；--proxy none 可不用代理。",
	}, proxy.Host, by)
}

// proxyOf returns the proxy that a request to the host goes through, and the flag or
// variable that names it; nil if there is none.
func (r *root) proxyOf(scheme, host string) (proxy *url.URL, by string) {
	t, ok := transportOf(r.HTTP).(*http.Transport)
	if !ok || t.Proxy == nil || scheme == "" {
		return nil, ""
	}
	proxy, err := t.Proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: host}})
	if err != nil || proxy == nil {
		return nil, ""
	}
	if r.connecting.proxy != "" {
		return proxy, "--proxy"
	}
	return proxy, r.proxyVariable(scheme)
}

// proxyVariable is the environment variable that names the proxy for a scheme.
func (r *root) proxyVariable(scheme string) string {
	upper, lower := strings.ToUpper(scheme)+"_PROXY", scheme+"_proxy"
	if v, _ := r.Env(upper); v != "" {
		return upper
	}
	if v, _ := r.Env(lower); v != "" {
		return lower
	}
	return upper
}

// proxyHint is about a proxy that is itself at fault; false if it is not.
func proxyHint(e *client.NetworkError, proxy *url.URL, by string) (lang.Text, bool) {
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

// causeHint is about the connection to the host itself.
func (r *root) causeHint(e *client.NetworkError) lang.Text {
	var (
		dns     *net.DNSError
		timeout net.Error
		load    *mirror.LoadError
		op      *net.OpError
	)
	address := r.addressHint(e.Step)
	switch certificate := r.certificateHint(e); {
	case !certificate.IsZero():
		return certificate
	case errors.As(e.Err, &load) && load.Untrusted():
		return load.Hint()
	case errors.As(e.Err, &dns) && dns.IsNotFound:
		return lang.Join(lang.Text{EN: "There is no host with this name.", ZH: "没有这个域名。"}, address, lang.Text{
			EN: "If the host is on an internal network: is the VPN up? Is a proxy needed (--proxy)?", ZH: "若在内网：VPN 连上了吗？需要代理吗（--proxy）？",
		})
	case errors.As(e.Err, &dns):
		return lang.Text{
			EN: "The name server does not respond, so the name may be right. Is the network up? Try again, or name a proxy (--proxy).",
			ZH: "域名服务器没有响应，域名本身未必有错。网络通吗？请重试，或指定代理（--proxy）。",
		}
	case errors.Is(e.Err, http.ErrSchemeMismatch):
		return lang.Join(lang.Text{EN: "This port speaks plain HTTP: use http:// instead of https://.", ZH: "这个端口不是 TLS：请把 https:// 改成 http://。"}, address)
	case strings.Contains(e.Err.Error(), `malformed HTTP response "\x15\x03`):
		return lang.Join(wantsTLS(), address)
	case errors.Is(e.Err, syscall.ECONNREFUSED), errors.Is(e.Err, syscall.EADDRNOTAVAIL):
		return lang.Join(lang.Text{EN: "Nothing is listening there.", ZH: "该地址没有服务在监听。"}, otherLoopback(e.Host), address)
	case errors.Is(e.Err, context.DeadlineExceeded), errors.As(e.Err, &timeout) && timeout.Timeout():
		return timeoutHint(e)
	case errors.Is(e.Err, client.ErrUnsolicited), strings.Contains(e.Err.Error(), "malformed HTTP"), errors.As(e.Err, new(tls.RecordHeaderError)):
		return lang.Join(lang.Text{EN: "This port does not speak HTTP: another service is listening there.", ZH: "这个端口上不是 HTTP 服务，而是别的服务。"}, address)
	case errors.As(e.Err, &op) && op.Op == "remote error" && strings.Contains(op.Error(), "certificate"):
		return r.clientCertificateHint()
	case e.Phase == client.PhaseHandshake:
		return lang.Text{
			EN: "The connection was cut during the TLS handshake. Does this port speak TLS? Does the server require a client certificate (--client-cert)? Is a firewall blocking it?",
			ZH: "TLS 握手时连接被断开：该端口是否支持 TLS？服务器是否要求客户端证书（--client-cert）？是否被防火墙拦截？",
		}
	}
	return lang.Join(lang.Text{EN: "The connection was cut. Try again.", ZH: "连接被断开。请重试。"}, address)
}

// clientCertificateHint is about a server that requires a client certificate or does not
// accept ours.
func (r *root) clientCertificateHint() lang.Text {
	if r.connecting.clientCert == "" {
		return lang.Text{
			EN: "The server requires a client certificate. Get one from its administrator and pass it with --client-cert FILE, and its key with --client-key FILE.",
			ZH: "服务器要求客户端证书。请向其管理员申请，再用 --client-cert FILE 出示，私钥用 --client-key FILE。",
		}
	}
	return lang.Text{
		EN: "The server does not accept the certificate of --client-cert. Ask its administrator which authority must issue it, and check that it has not expired.",
		ZH: "服务器不接受 --client-cert 的证书。请向其管理员核对签发机构和有效期。",
	}
}

func wantsTLS() lang.Text {
	return lang.Text{EN: "This port speaks TLS: use https:// instead of http://.", ZH: "这个端口是 TLS：请把 http:// 改成 https://。"}
}

// timeoutHint says what took so long.
func timeoutHint(e *client.NetworkError) lang.Text {
	limit := lang.Span(e.Timeout)
	within := lang.Text{EN: "No response within " + limit.EN + ": ", ZH: limit.ZH + "内没有响应："}
	what, ok := map[client.Phase]lang.Text{
		client.PhaseLookup:    {EN: "the name server does not respond. Is the network up?", ZH: "域名服务器没有响应。网络通吗？"},
		client.PhaseConnect:   {EN: "the host does not accept the connection; a firewall may drop it silently. Is a VPN or a proxy needed (--proxy)?", ZH: "主机没有接受连接，可能被防火墙静默丢弃。是否需要 VPN 或代理（--proxy）？"},
		client.PhaseHandshake: {EN: "the TLS handshake stalls. Does this port speak TLS?", ZH: "TLS 握手没有完成。该端口是 TLS 吗？"},
		client.PhaseBody:      {EN: "the response started but did not end. --timeout 2m waits longer.", ZH: "响应已开始但一直没有结束。可用 --timeout 2m 延长等待。"},
	}[e.Phase]
	if !ok {
		what = lang.Text{EN: "the server received the request but does not respond. --timeout 2m waits longer.", ZH: "请求已送达，服务器没有响应。可用 --timeout 2m 延长等待。"}
	}
	return lang.Text{EN: within.EN + what.EN, ZH: within.ZH + what.ZH}
}

// otherLoopback says so if a server listens on the other address of localhost: ::1
// instead of 127.0.0.1, or the other way round.
func otherLoopback(hostport string) lang.Text {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !login.IsLoopback(host) {
		return lang.Text{}
	}
	other := net.JoinHostPort("127.0.0.1", port)
	if net.ParseIP(host).To4() != nil {
		other = net.JoinHostPort("::1", port)
	}
	const soon = 200 * time.Millisecond // it is on this machine
	conn, err := net.DialTimeout("tcp", other, soon)
	if err != nil {
		return lang.Text{}
	}
	conn.Close()
	return lang.Text{EN: "But something is listening at " + other + ": use that address.", ZH: "不过 " + other + " 上有服务：请改用它。"}
}
