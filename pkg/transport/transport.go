// Package transport makes an HTTP client that connects as the user's flags ask for: through
// which proxy, and with which certificates. Call [Options.Client].
package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/cert"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/terminal"
)

// Options are the flags that say how to connect to servers.
type Options struct {
	Proxy                         string // --proxy: an address or "none"; "" is the proxy of the environment
	CACert, ClientCert, ClientKey string // --ca-cert, --client-cert and --client-key: files
	Insecure                      bool   // --insecure: certificates are not checked
}

// Client returns h, or a copy that connects as the options say. Errors in them are found here,
// before anything is sent. warn receives warnings about dangerous options.
func (o Options) Client(ctx context.Context, h *http.Client, warn func(lang.Text)) (*http.Client, error) {
	if o == (Options{}) {
		return h, nil
	}
	base, ok := of(h).(*http.Transport)
	if !ok {
		return nil, errors.New("this HTTP client's transport cannot be configured")
	}
	t := base.Clone()
	if o.Proxy != "" {
		proxy, err := o.proxy(warn)
		if err != nil {
			return nil, err
		}
		t.Proxy = proxy
	}
	config, err := o.tls(ctx)
	if err != nil {
		return nil, err
	}
	if config != nil {
		t.TLSClientConfig = config
	}
	if o.Insecure {
		warn(lang.Text{
			EN: "--insecure: certificates are not checked, so anyone in between can read and change everything, including secrets",
			ZH: "--insecure：不校验证书，中间人可以看到并篡改全部内容，包括密钥",
		})
	}
	out := *h
	out.Transport = t
	return &out, nil
}

// proxy reads Proxy. Its errors do not quote the value, which may contain a password.
func (o Options) proxy(warn func(lang.Text)) (func(*http.Request) (*url.URL, error), error) {
	text := o.Proxy
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
		warn(lang.Text{
			EN: "anyone on this machine can read the proxy's password from the process list; use HTTPS_PROXY",
			ZH: "本机任何人都能从进程列表里看到代理密码；请改用环境变量 HTTPS_PROXY",
		})
	}
	return http.ProxyURL(u), nil
}

// tls returns the TLS configuration that the options ask for; nil if none is about TLS.
func (o Options) tls(ctx context.Context) (*tls.Config, error) {
	if o.CACert == "" && o.ClientCert == "" && o.ClientKey == "" && !o.Insecure {
		return nil, nil
	}
	config := &tls.Config{InsecureSkipVerify: o.Insecure}
	if o.CACert != "" {
		pem, err := terminal.ReadFile(ctx, o.CACert, mostPEM)
		if err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--ca-cert %s: %v", ZH: "--ca-cert %s：%v"}, o.CACert, failure.WithoutPath(err))
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool()
		}
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, failure.Usagef(lang.Text{EN: "--ca-cert %s: no PEM certificate in this file", ZH: "--ca-cert %s：文件里没有 PEM 证书"}, o.CACert)
		}
	}
	if o.ClientKey != "" && o.ClientCert == "" {
		return nil, failure.Usagef(lang.Text{EN: "--client-key requires --client-cert", ZH: "--client-key 要和 --client-cert 一起用"})
	}
	if o.ClientCert != "" {
		pair, err := KeyPair(ctx, o.ClientCert, cmp.Or(o.ClientKey, o.ClientCert))
		if err != nil && o.ClientKey == "" {
			return nil, failure.Usagef(lang.Text{EN: "--client-cert %s: %v", ZH: "--client-cert %s：%v"}, o.ClientCert, failure.WithoutPath(err))
		}
		if err != nil { // it names the file
			return nil, failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, "--client-cert "+o.ClientCert+" "+o.ClientKey, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// mostPEM is the largest size of a file of certificates, in KiB.
const mostPEM = 4 << 10

// KeyPair reads a certificate and its key from two files, which may be the same, as
// [tls.LoadX509KeyPair] does. When ctx ends, it stops waiting for a pipe.
func KeyPair(ctx context.Context, certFile, keyFile string) (tls.Certificate, error) {
	certificate, err := terminal.ReadFile(ctx, certFile, mostPEM)
	key := certificate
	if err == nil && keyFile != certFile {
		key, err = terminal.ReadFile(ctx, keyFile, mostPEM)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certificate, key)
}

func of(h *http.Client) http.RoundTripper { return cmp.Or(h.Transport, http.DefaultTransport) }

// Authorities returns the certificates that h trusts; nil means those of the system.
func Authorities(h *http.Client) *x509.CertPool {
	t, ok := of(h).(*http.Transport)
	if !ok || t.TLSClientConfig == nil {
		return nil
	}
	return t.TLSClientConfig.RootCAs
}

// Scope describes what a cached token may depend on in the connections of h: our client
// certificate, and whether the server's certificate is checked.
func Scope(h *http.Client) string {
	t, ok := of(h).(*http.Transport)
	if !ok || t.TLSClientConfig == nil {
		return ""
	}
	var shown []string
	for _, c := range t.TLSClientConfig.Certificates {
		shown = append(shown, cert.Fingerprint(c))
	}
	if t.TLSClientConfig.InsecureSkipVerify {
		shown = append(shown, "unchecked")
	}
	return strings.Join(shown, " ")
}

// Proxy returns the proxy that a request of h to the host goes through; nil if there is none.
func Proxy(h *http.Client, scheme, host string) *url.URL {
	t, ok := of(h).(*http.Transport)
	if !ok || t.Proxy == nil || scheme == "" {
		return nil
	}
	proxy, err := t.Proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: host}})
	if err != nil {
		return nil
	}
	return proxy
}

// ProxyVariable returns the environment variable that names the proxy for a scheme. env looks
// up a variable, as os.LookupEnv does.
func ProxyVariable(scheme string, env func(string) (string, bool)) string {
	upper, lower := strings.ToUpper(scheme)+"_PROXY", scheme+"_proxy"
	if v, _ := env(upper); v != "" {
		return upper
	}
	if v, _ := env(lower); v != "" {
		return lower
	}
	return upper
}
