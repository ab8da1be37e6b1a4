package cmd

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/hint"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/profile"
)

// hint says what to do about an error of the running command; zero if the message says
// enough.
func (r *root) hint(err error) lang.Text { return r.adviser(r.loaded).Hint(err) }

// adviser gives hints about errors with this profile, which may be nil.
func (r *root) adviser(p *profile.Profile) hint.Adviser {
	return hint.Adviser{
		Profile: p, Command: r.called, Curl: r.curl, NoVerifier: r.noVerifier, ClientCert: r.connecting.clientCert != "",
		Now: r.Now(), Machine: machine{r},
	}
}

// machine implements [hint.Machine].
type machine struct{ *root }

func (m machine) Proxy(scheme, host string) (proxy *url.URL, by string) {
	return m.proxyOf(scheme, host)
}

func (m machine) Takes(command, flag string) bool { return m.takes(command, flag) }

func (m machine) IsOwn(profile string) bool {
	src, err := m.sources()
	return err == nil && src.IsOwn(profile)
}

func (machine) OtherLoopback(hostport string) string {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !login.IsLoopback(host) {
		return ""
	}
	other := net.JoinHostPort("127.0.0.1", port)
	if net.ParseIP(host).To4() != nil {
		other = net.JoinHostPort("::1", port)
	}
	const soon = 200 * time.Millisecond // it is on this machine
	conn, err := net.DialTimeout("tcp", other, soon)
	if err != nil {
		return ""
	}
	conn.Close()
	return other
}

// takes reports whether a command, such as "ssoctl sign", has this flag.
func (r *root) takes(command, flag string) bool {
	path := strings.Fields(command)[1:]
	c, _, err := r.cmd.Find(path)
	if err != nil { // perhaps it is not built
		r.buildAll()
		c, _, err = r.cmd.Find(path)
	}
	return err == nil && c.Flags().Lookup(flag) != nil
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
