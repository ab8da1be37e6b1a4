package hint

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/mirror"
)

// network says why no response came: the cause, the proxy if there is one, and
// whether the code was sent.
func (a Adviser) network(e *client.NetworkError) lang.Text {
	proxy, by := a.Machine.Proxy(e.Scheme, e.Host)
	cause, isProxy := proxyFault(e, proxy, by)
	if !isProxy {
		cause = lang.Join(a.connection(e), throughProxy(proxy, by))
	}
	if !e.CodeSent {
		return cause
	}
	return lang.Join(cause, lang.Text{
		EN: "The code may have reached the vendor, so it is not sent again. Log in for a new one.",
		ZH: "授权码可能已送达，因此不再重发。请重新登录以取得新的授权码。",
	})
}

// connection is about the connection to the host itself.
func (a Adviser) connection(e *client.NetworkError) lang.Text {
	var (
		load *mirror.LoadError
		op   *net.OpError
	)
	if certificate := a.certificate(e); !certificate.IsZero() {
		return certificate
	}
	for _, hint := range []lang.Text{a.unreachable(e), a.protocol(e)} {
		if !hint.IsZero() {
			return hint
		}
	}
	switch {
	case errors.As(e.Err, &load) && load.Untrusted():
		return load.Hint()
	case errors.As(e.Err, &op) && op.Op == "remote error" && strings.Contains(op.Error(), "certificate"):
		return a.clientCertificate()
	case e.Phase == client.PhaseHandshake:
		return lang.Text{
			EN: "The connection was cut during the TLS handshake. Does this port speak TLS? Does the server require a client certificate (--client-cert)? Is a firewall blocking it?",
			ZH: "TLS 握手时连接被断开：该端口是否支持 TLS？服务器是否要求客户端证书（--client-cert）？是否被防火墙拦截？",
		}
	}
	return lang.Join(lang.Text{EN: "The connection was cut. Try again.", ZH: "连接被断开。请重试。"}, a.address(e.Step))
}

// unreachable is about a host that cannot be found or does not respond; zero if e has
// another cause.
func (a Adviser) unreachable(e *client.NetworkError) lang.Text {
	var (
		dns     *net.DNSError
		timeout net.Error
	)
	switch {
	case errors.As(e.Err, &dns) && dns.IsNotFound:
		return lang.Join(lang.Text{EN: "There is no host with this name.", ZH: "没有这个域名。"}, a.address(e.Step), lang.Text{
			EN: "If the host is on an internal network: is the VPN up? Is a proxy needed (--proxy)?",
			ZH: "若在内网：VPN 连上了吗？需要代理吗（--proxy）？",
		})
	case errors.As(e.Err, &dns):
		return lang.Text{
			EN: "The name server does not respond, so the name may be right. Is the network up? Try again, or name a proxy (--proxy).",
			ZH: "域名服务器没有响应，域名本身未必有错。网络通吗？请重试，或指定代理（--proxy）。",
		}
	case failure.IsNotListening(e.Err):
		return lang.Join(lang.Text{EN: "Nothing is listening there.", ZH: "该地址没有服务在监听。"}, a.otherLoopback(e.Host), a.address(e.Step))
	case errors.Is(e.Err, context.DeadlineExceeded), errors.As(e.Err, &timeout) && timeout.Timeout():
		return timedOut(e)
	}
	return lang.Text{}
}

// protocol is about a port that speaks HTTP where https is expected, the other way round, or
// neither; zero if e has another cause.
func (a Adviser) protocol(e *client.NetworkError) lang.Text {
	what := lang.Text{}
	switch {
	case errors.Is(e.Err, http.ErrSchemeMismatch):
		what = lang.Text{EN: "This port speaks plain HTTP: use http:// instead of https://.", ZH: "这个端口不是 TLS：请把 https:// 改成 http://。"}
	case strings.Contains(e.Err.Error(), `malformed HTTP response "\x15\x03`):
		what = wantsTLS()
	case errors.Is(e.Err, client.ErrUnsolicited), strings.Contains(e.Err.Error(), "malformed HTTP"), errors.As(e.Err, new(tls.RecordHeaderError)):
		what = lang.Text{EN: "This port does not speak HTTP: another service is listening there.", ZH: "这个端口上不是 HTTP 服务，而是别的服务。"}
	default:
		return what
	}
	return lang.Join(what, a.address(e.Step))
}

// otherLoopback says so if a server listens on the other address of localhost.
func (a Adviser) otherLoopback(hostport string) lang.Text {
	other := a.Machine.OtherLoopback(hostport)
	if other == "" {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{EN: "But something is listening at %s: use that address.", ZH: "不过 %s 上有服务：请改用它。"}, other)
}

// clientCertificate is about a server that requires a client certificate or does not
// accept ours.
func (a Adviser) clientCertificate() lang.Text {
	if !a.ClientCert {
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

// timedOut says what took so long.
func timedOut(e *client.NetworkError) lang.Text {
	what, ok := map[client.Phase]lang.Text{
		client.PhaseLookup:    {EN: "the name server does not respond. Is the network up?", ZH: "域名服务器没有响应。网络通吗？"},
		client.PhaseConnect:   {EN: "the host does not accept the connection; a firewall may drop it silently. Is a VPN or a proxy needed (--proxy)?", ZH: "主机没有接受连接，可能被防火墙静默丢弃。是否需要 VPN 或代理（--proxy）？"},
		client.PhaseHandshake: {EN: "the TLS handshake stalls. Does this port speak TLS?", ZH: "TLS 握手没有完成。该端口是 TLS 吗？"},
		client.PhaseBody:      {EN: "the response started but did not end. --timeout 2m waits longer.", ZH: "响应已开始但一直没有结束。可用 --timeout 2m 延长等待。"},
	}[e.Phase]
	if !ok {
		what = lang.Text{EN: "the server received the request but does not respond. --timeout 2m waits longer.", ZH: "请求已送达，服务器没有响应。可用 --timeout 2m 延长等待。"}
	}
	return lang.Sprintf(lang.Text{EN: "No response within %s: %s", ZH: "%s内没有响应：%s"}, lang.Span(e.Timeout), what)
}
