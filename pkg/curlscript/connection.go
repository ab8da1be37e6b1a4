package curlscript

import (
	"net"
	"net/url"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// Connection says how ssoctl connects, so that curl connects in the same way.
type Connection struct {
	CACert, ClientCert, ClientKey string // files; "" for none
	Insecure                      bool   // certificates are not checked
	Proxies                       Proxies
	Direct                        bool                        // no proxy is used, whatever the environment says
	Env                           func(string) (string, bool) // looks up a variable, as [os.LookupEnv] does
}

// Proxies knows which proxy a request goes through.
type Proxies interface {
	// Proxy returns the proxy for requests to a host, and the flag or variable that names
	// it; nil if there is none.
	Proxy(scheme, host string) (proxy *url.URL, by string)
}

// connection returns the options that make curl connect to an address as ssoctl does.
func (s *Script) connection(to *url.URL) []string {
	out, proxy := s.proxy(to)
	hops := []string{"--"}
	if proxy != nil && proxy.Scheme == "https" {
		hops = append(hops, "--proxy-") // net/http uses the same TLS settings for the proxy
	}
	o := s.Connection
	for _, hop := range hops {
		certificate := strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(o.ClientCert) // curl reads what follows ":" as a password
		for _, option := range [][2]string{{"cacert", o.CACert}, {"cert", certificate}, {"key", o.ClientKey}} {
			if option[1] != "" {
				out = append(out, hop+option[0]+" "+record.Quote(option[1]))
			}
		}
		if o.Insecure {
			out = append(out, hop+"insecure")
		}
	}
	return out
}

// proxy returns the options that make curl use the same proxy as ssoctl, or none. The
// environment is not enough, because curl reads it differently: for an http:// address it
// reads only http_proxy, it uses a proxy for loopback hosts too, it reads ALL_PROXY, and
// its NO_PROXY has other forms.
func (s *Script) proxy(to *url.URL) (options []string, proxy *url.URL) {
	proxy, by := s.Connection.Proxies.Proxy(to.Scheme, to.Host)
	if proxy == nil {
		if s.Connection.Direct || s.Connection.curlSeesProxy() {
			options = []string{"--noproxy '*'"}
		}
		return options, nil
	}
	address := forCurl(*proxy)
	word := record.Quote(address)
	if proxy.User != nil { // a password, or a user name that serves as one
		name := by
		if v, _ := s.Connection.Env(by); v != address {
			name = render.Variable(to.Scheme + "_PROXY")
		}
		s.given[name] = client.Mark{Name: "proxy", Value: secret.New(address)}
		word = `"${` + name + `:?}"` // with an empty value, curl would use no proxy
	}
	return []string{"--proxy " + word, "--noproxy ''"}, proxy
}

// curlSeesProxy reports whether the environment names a proxy that curl may use.
func (c Connection) curlSeesProxy() bool {
	for _, name := range []string{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"} {
		if v, _ := c.Env(name); v != "" {
			return true
		}
	}
	return false
}

// forCurl writes a proxy's address so that curl uses it as net/http does: curl has another
// default port, and with socks5 it resolves host names itself.
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
