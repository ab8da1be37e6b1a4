package cmd

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"ssoctl/pkg/cert"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// connection is how to connect to servers. It implements [curlscript.Proxies] and
// [doctor.Proxies].
type connection struct {
	connectOptions
	client *http.Client
	env    func(string) (string, bool)
	out    *printer
}

// connectOptions holds the flags that say how to connect to servers.
type connectOptions struct {
	proxy, caCert, clientCert, clientKey string
	insecure                             bool
}

func (o *connectOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.proxy, "proxy", "", "")
	f.StringVar(&o.caCert, "ca-cert", "", "")
	f.StringVar(&o.clientCert, "client-cert", "", "")
	f.StringVar(&o.clientKey, "client-key", "", "")
	f.BoolVar(&o.insecure, "insecure", false, "")
}

// prepare applies the flags to the HTTP client. Errors in them are found here, before
// anything is sent.
func (n *connection) prepare() error {
	o := n.connectOptions
	if o == (connectOptions{}) {
		return nil
	}
	base, ok := transportOf(n.client).(*http.Transport)
	if !ok {
		return errors.New("this HTTP client's transport cannot be configured")
	}
	t := base.Clone()
	if o.proxy != "" {
		proxy, err := n.parseProxy(o.proxy)
		if err != nil {
			return err
		}
		t.Proxy = proxy
	}
	config, err := o.tlsConfig()
	if err != nil {
		return err
	}
	if config != nil {
		t.TLSClientConfig = config
	}
	if o.insecure {
		n.out.warn(lang.Text{
			EN: "--insecure: certificates are not checked, so anyone in between can read and change everything, including secrets",
			ZH: "--insecure：不校验证书，中间人可以看到并篡改全部内容，包括密钥",
		})
	}
	h := *n.client
	h.Transport = t
	n.client = &h
	return nil
}

// scope describes what a cached token may depend on in a connection: our client
// certificate, and whether the server's certificate is checked.
func (n *connection) scope() string {
	t, ok := transportOf(n.client).(*http.Transport)
	if !ok || t.TLSClientConfig == nil {
		return ""
	}
	var shown []string
	for _, c := range t.TLSClientConfig.Certificates {
		shown = append(shown, cert.Fingerprint(c))
	}
	if n.insecure {
		shown = append(shown, "unchecked")
	}
	return strings.Join(shown, " ")
}

// parseProxy reads --proxy. Its errors do not quote the value, which may contain a
// password.
func (n *connection) parseProxy(text string) (func(*http.Request) (*url.URL, error), error) {
	if text == "none" {
		return nil, nil
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, failure.Usagef(lang.Text{EN: "--proxy: expected http://HOST:PORT, https://…, socks5://…, or none", ZH: "--proxy：应为 http://HOST:PORT、https://…、socks5://… 或 none"})
	}
	if _, secret := u.User.Password(); secret {
		n.out.warn(lang.Text{
			EN: "anyone on this machine can read the proxy's password from the process list; use HTTPS_PROXY",
			ZH: "本机任何人都能从进程列表里看到代理密码；请改用环境变量 HTTPS_PROXY",
		})
	}
	return http.ProxyURL(u), nil
}

// tlsConfig returns the TLS configuration that the flags ask for; nil if no flag is about
// TLS.
func (o connectOptions) tlsConfig() (*tls.Config, error) {
	if o.caCert == "" && o.clientCert == "" && o.clientKey == "" && !o.insecure {
		return nil, nil
	}
	config := &tls.Config{InsecureSkipVerify: o.insecure}
	if o.caCert != "" {
		pem, err := os.ReadFile(o.caCert)
		if err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--ca-cert %s: %v", ZH: "--ca-cert %s：%v"}, o.caCert, failure.WithoutPath(err))
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool()
		}
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, failure.Usagef(lang.Text{EN: "--ca-cert %s: no PEM certificate in this file", ZH: "--ca-cert %s：文件里没有 PEM 证书"}, o.caCert)
		}
	}
	if o.clientKey != "" && o.clientCert == "" {
		return nil, failure.Usagef(lang.Text{EN: "--client-key goes with --client-cert", ZH: "--client-key 要和 --client-cert 一起用"})
	}
	if o.clientCert != "" {
		pair, err := tls.LoadX509KeyPair(o.clientCert, cmp.Or(o.clientKey, o.clientCert))
		if err != nil && o.clientKey == "" {
			return nil, failure.Usagef(lang.Text{EN: "--client-cert %s: %v", ZH: "--client-cert %s：%v"}, o.clientCert, failure.WithoutPath(err))
		}
		if err != nil { // it names the file
			return nil, failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, "--client-cert "+o.clientCert+" "+o.clientKey, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func transportOf(c *http.Client) http.RoundTripper {
	if c.Transport != nil {
		return c.Transport
	}
	return http.DefaultTransport
}

// Proxy returns the proxy that a request to the host goes through, and the flag or
// variable that names it; nil if there is none.
func (n *connection) Proxy(scheme, host string) (proxy *url.URL, by string) {
	t, ok := transportOf(n.client).(*http.Transport)
	if !ok || t.Proxy == nil || scheme == "" {
		return nil, ""
	}
	proxy, err := t.Proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: host}})
	if err != nil || proxy == nil {
		return nil, ""
	}
	if n.proxy != "" {
		return proxy, "--proxy"
	}
	return proxy, n.proxyVariable(scheme)
}

// proxyVariable is the environment variable that names the proxy for a scheme.
func (n *connection) proxyVariable(scheme string) string {
	upper, lower := strings.ToUpper(scheme)+"_PROXY", scheme+"_proxy"
	if v, _ := n.env(upper); v != "" {
		return upper
	}
	if v, _ := n.env(lower); v != "" {
		return lower
	}
	return upper
}
