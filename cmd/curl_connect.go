package cmd

import (
	"net"
	"net/url"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// connection is how curl reaches an address in the way that ssoctl does.
func (s *script) connection(to *url.URL) []string {
	out, proxy := s.proxy(to)
	hops := []string{"--"}
	if proxy != nil && proxy.Scheme == "https" {
		hops = append(hops, "--proxy-") // net/http has the same trust in it
	}
	o := s.connecting
	for _, hop := range hops {
		certificate := strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(o.clientCert) // else a password may follow :
		for _, option := range [][2]string{{"cacert", o.caCert}, {"cert", certificate}, {"key", o.clientKey}} {
			if option[1] != "" {
				out = append(out, hop+option[0]+" "+record.Quote(option[1]))
			}
		}
		if o.insecure {
			out = append(out, hop+"insecure")
		}
	}
	return out
}

// proxy makes curl take the proxy that ssoctl takes, or none. That curl reads the
// environment, too, does not suffice: it takes the proxy of an http:// address from
// http_proxy only, takes one for loopback hosts, reads ALL_PROXY, and knows other
// forms of NO_PROXY.
func (s *script) proxy(to *url.URL) (options []string, proxy *url.URL) {
	proxy, by := s.proxyOf(to.Scheme, to.Host)
	if proxy == nil {
		if s.connecting.proxy == "none" || s.curlSeesProxy() {
			options = []string{"--noproxy '*'"}
		}
		return options, nil
	}
	address := forCurl(*proxy)
	word := record.Quote(address)
	if proxy.User != nil { // a password, or what serves as one
		name := by
		if v, _ := s.Env(by); v != address {
			name = "SSOCTL_" + strings.ToUpper(to.Scheme) + "_PROXY"
		}
		s.given[name] = client.Mark{Name: "proxy", Value: secret.New(address)}
		word = `"${` + name + `:?}"` // without one, curl would go directly
	}
	return []string{"--proxy " + word, "--noproxy ''"}, proxy
}

// curlSeesProxy reports whether the environment names a proxy that curl may take.
func (s *script) curlSeesProxy() bool {
	for _, name := range []string{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"} {
		if v, _ := s.Env(name); v != "" {
			return true
		}
	}
	return false
}

// forCurl writes a proxy's address so that curl understands by it what net/http does:
// another port is usual there, and socks5 has curl look up names itself.
func forCurl(proxy url.URL) string {
	if proxy.Port() == "" {
		port := map[string]string{"http": "80", "https": "443"}[proxy.Scheme]
		if port == "" {
			port = "1080"
		}
		proxy.Host = net.JoinHostPort(proxy.Hostname(), port)
	}
	if proxy.Scheme == "socks5" {
		proxy.Scheme = "socks5h"
	}
	return proxy.String()
}
