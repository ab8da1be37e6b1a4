package login

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/localhost"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// closeUnless closes a listener unless it caught a redirect: then it closes itself.
func closeUnless(caught *bool, l *loopback.Listener) {
	if !*caught {
		l.Close()
	}
}

// listen opens the listener, with TLS if the flow has a certificate. With PasteOnly it
// closes the listener again, because the flow only needs an unused address.
func (f Flow) listen() (*loopback.Listener, error) {
	l, err := loopback.Listen(f.addrs())
	if err != nil {
		return nil, err
	}
	if err = f.secure(l); err != nil || f.PasteOnly {
		l.Close()
	}
	return l, err
}

// addrs returns the candidate addresses to listen on.
func (f Flow) addrs() []string {
	u := f.ownURL()
	if len(f.Listen) > 0 {
		return sentToLocalhost(f.Listen, u)
	}
	if u != nil && !f.PasteOnly { // with PasteOnly the port need not be free
		return []string{net.JoinHostPort(u.Hostname(), loopback.Port(u))}
	}
	return []string{"127.0.0.1:0"}
}

// sentToLocalhost replaces the host of a candidate with localhost if the redirect_uri refers
// to it by that name. The listener then makes sure that no other process listens on either
// address of localhost.
func sentToLocalhost(addrs []string, redirect *url.URL) []string {
	if redirect == nil || !strings.EqualFold(redirect.Hostname(), "localhost") {
		return addrs
	}
	out := make([]string, len(addrs))
	for i, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		same := redirect.Port() == "0" || port == loopback.Port(redirect)
		if out[i] = addr; err == nil && same && slices.Contains([]string{"", "127.0.0.1", "::1"}, host) {
			out[i] = net.JoinHostPort("localhost", port)
		}
	}
	return out
}

// secure gives the listener a certificate if the flow has Certify.
func (f Flow) secure(l *loopback.Listener) error {
	if f.Certify == nil {
		return nil
	}
	hosts := []string{"127.0.0.1", "localhost", "::1", l.Addr().IP.String()}
	if u, err := url.Parse(f.RedirectURI); err == nil && u.Hostname() != "" {
		hosts = append(hosts, u.Hostname())
	}
	certificate, err := f.Certify(hosts)
	if err == nil {
		l.Secure(certificate)
	}
	return err
}

// options returns the redirect_uri to send: the given one, with the listener's port in
// place of port 0, or a URL of the listener.
func (f Flow) options(l *loopback.Listener, step *profile.Step) client.AuthorizeOptions {
	if f.RedirectURI == "" {
		path := "/callback"
		if step.State == profile.StateRedirect {
			path = "/" // a random part is added; a short path keeps the QR code small
		}
		return client.AuthorizeOptions{RedirectURI: l.URL(path), Own: true}
	}
	return client.AuthorizeOptions{RedirectURI: f.withPort(l)}
}

// withPort returns RedirectURI with the listener's port in place of port 0.
func (f Flow) withPort(l *loopback.Listener) string {
	if u := f.ownURL(); u != nil && u.Port() == "0" {
		host := net.JoinHostPort(u.Hostname(), fmt.Sprint(l.Addr().Port))
		ip := l.Addr().IP
		named := strings.EqualFold(u.Hostname(), "localhost") && ip.Equal(net.IPv4(127, 0, 0, 1))
		if len(f.Listen) > 0 && ip.IsLoopback() && !named { // Listen chose the loopback address
			host = l.Addr().String()
		}
		return strings.Replace(f.RedirectURI, u.Host, host, 1)
	}
	return f.RedirectURI
}

// ownURL returns the redirect_uri if it is a loopback URL with the listener's scheme,
// otherwise nil.
func (f Flow) ownURL() *url.URL {
	scheme := "http"
	if f.Certify != nil {
		scheme = "https"
	}
	if u, err := url.Parse(f.RedirectURI); err == nil && IsOwn(f.RedirectURI, scheme) {
		return u
	}
	return nil
}

// IsOwn reports whether a URL has the scheme and leads only to this machine.
func IsOwn(address, scheme string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == scheme && localhost.Is(u.Hostname())
}
