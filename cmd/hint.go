package cmd

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// hintFor says what to do about an error; empty when its message says it all.
func hintFor(err error, r *root) lang.Text {
	var (
		refusal    *client.Refusal
		protocol   *client.ProtocolError
		network    *client.NetworkError
		argument   *client.ArgumentError
		missing    *profile.MissingError
		notOffered *profile.NotOfferedError
		fault      *profile.Error
		callback   *loopback.CallbackError
		listen     *loopback.ListenError
		timeout    *login.TimeoutError
		usage      *usageError
	)
	switch {
	case errors.As(err, &refusal):
		return withGuess(refusal.Meaning, refusal.Guess)
	case errors.As(err, &protocol):
		return withGuess(lang.Text{
			EN: "Is the address right? Check base_url and the step's url: ssoctl profile show " + protocol.Profile,
			ZH: "地址对吗？请核对 base_url 和该步骤的 url：ssoctl profile show " + protocol.Profile,
		}, protocol.Guess)
	case errors.As(err, &network):
		return networkHint(network)
	case errors.As(err, &argument):
		return argumentHint(argument)
	case errors.As(err, &missing):
		return missingHint(missing)
	case errors.As(err, &notOffered):
		if !notOffered.Why.IsZero() {
			return notOffered.Why
		}
		return lang.Text{
			EN: "What it offers: ssoctl profile show " + notOffered.Profile,
			ZH: "它提供哪些步骤：ssoctl profile show " + notOffered.Profile,
		}
	case errors.As(err, &fault):
		return profileHint(fault, r)
	case errors.As(err, &callback) && callback.Denied():
		return lang.Text{EN: "The user said no. Start the login again.", ZH: "用户拒绝了登录。请重新发起。"}
	case errors.As(err, &listen):
		return lang.Text{EN: "Choose another address: --listen 127.0.0.1:0 takes any free port. A redirect_uri on this machine needs the same one: http://127.0.0.1:0/… is any free port.", ZH: "请换一个地址：--listen 127.0.0.1:0 会自动选用空闲端口；若 redirect_uri 指向本机，端口须一致，写成 http://127.0.0.1:0/… 即可自动选用。"}
	case errors.As(err, &timeout):
		return lang.Text{EN: "Start again; --wait 10m waits longer.", ZH: "请重新发起，可用 --wait 10m 延长等待时间。"}
	case errors.As(err, &usage):
		help := cmp.Or(r.called, "ssoctl") + " --help"
		return lang.Text{EN: "See " + help, ZH: "用法见 " + help}
	}
	return lang.Text{}
}

// withGuess adds what is not known for sure: it may be the cause.
func withGuess(t, guess lang.Text) lang.Text {
	if guess.IsZero() {
		return t
	}
	return lang.Text{
		EN: strings.TrimSpace(t.EN + " Not known for sure here: " + guess.EN + "."),
		ZH: strings.TrimSpace(t.In(lang.ZH) + " 此处有未经证实的内容：" + guess.In(lang.ZH) + "。"),
	}
}

func networkHint(e *client.NetworkError) lang.Text {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		timeout   net.Error
	)
	switch {
	case errors.As(e.Err, &dns):
		return lang.Text{EN: "The name is not found. Check base_url, DNS, and whether you need a proxy (HTTPS_PROXY).", ZH: "域名解析失败。请核对 base_url、DNS，以及是否需要代理（HTTPS_PROXY）。"}
	case errors.As(e.Err, &authority), errors.As(e.Err, &hostname), errors.As(e.Err, &invalid):
		return lang.Text{EN: "The server's certificate is not trusted. A proxy that inspects TLS? Add its CA to the system's store (SSL_CERT_FILE).", ZH: "服务器证书不受信任。中间是否有解密 TLS 的代理？请把它的 CA 加入系统信任库（SSL_CERT_FILE）。"}
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return lang.Text{EN: "Nothing listens there. Check the host and port of base_url.", ZH: "该地址没有服务在监听。请核对 base_url 的主机和端口。"}
	case errors.Is(e.Err, context.DeadlineExceeded), errors.As(e.Err, &timeout) && timeout.Timeout():
		return lang.Text{
			EN: fmt.Sprintf("No answer within %s. --timeout waits longer; is a proxy needed (HTTPS_PROXY)?", e.Timeout),
			ZH: fmt.Sprintf("%s 内没有应答。可用 --timeout 延长；是否需要代理（HTTPS_PROXY）？", e.Timeout),
		}
	}
	if e.Step == "exchange" {
		return lang.Text{EN: "The code may have reached the vendor, so it is not sent again. Log in for a new one.", ZH: "授权码可能已送达，因此不再重发。请重新登录以取得新的授权码。"}
	}
	return lang.Text{EN: "Try again.", ZH: "请重试。"}
}

func argumentHint(e *client.ArgumentError) lang.Text {
	flags := make([]string, len(e.Needs))
	for i, name := range e.Needs {
		flags[i] = "--" + strings.ReplaceAll(name, "_", "-") + " " + strings.ToUpper(name[:1])
	}
	give := strings.Join(flags, " ")
	if e.Step == "userinfo" {
		give += " / --access-token T"
	}
	if slices.Contains(e.Needs, "code") {
		return lang.Text{
			EN: fmt.Sprintf("Give %s (- reads it from standard input), or log in: ssoctl login -p %s", give, e.Profile),
			ZH: fmt.Sprintf("请给出 %s（- 表示从标准输入读取），或直接登录：ssoctl login -p %s", give, e.Profile),
		}
	}
	return lang.Text{EN: "Give " + give, ZH: "请给出 " + give}
}

func missingHint(e *profile.MissingError) lang.Text {
	in := e.Missing[0]
	how := "--set " + in.Name + "=…"
	if in.Secret {
		how = "--set " + in.Name + "=file:PATH"
	}
	return lang.Text{
		EN: fmt.Sprintf("Give them by flag (%s), by environment (%s), or in a profile of your own that extends = %q.", how, envName(in.Name), e.Profile),
		ZH: fmt.Sprintf("可用参数（%s）、环境变量（%s）给出，或写进自己的配置（extends = %q）。", how, envName(in.Name), e.Profile),
	}
}

func profileHint(e *profile.Error, r *root) lang.Text {
	switch {
	case !e.Hint.IsZero() || r.called == "ssoctl profile lint" || e.File == "" && e.Key != "":
		return e.Hint
	case e.File != "":
		return lang.Text{EN: "Everything that is wrong with it: ssoctl profile lint", ZH: "查看全部问题：ssoctl profile lint"}
	}
	return lang.Text{EN: "What there is: ssoctl profile list", ZH: "查看可用的配置：ssoctl profile list"}
}
