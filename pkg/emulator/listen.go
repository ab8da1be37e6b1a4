package emulator

import (
	"cmp"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/cert"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Listen listens on the first of the comma-separated addresses that is free. The error is
// a [*failure.UsageError] about the last of them.
func Listen(candidates string) (net.Listener, error) {
	var failed error
	for candidate := range strings.SplitSeq(candidates, ",") {
		candidate = strings.TrimSpace(candidate)
		l, err := net.Listen(networkOf(candidate), candidate)
		if err == nil {
			return l, nil
		}
		failed = &failure.UsageError{Err: err, Problem: lang.Sprintf(lang.Text{EN: "--listen %s: %v", ZH: "--listen %s：%v"}, candidate, err)}
	}
	return nil, failed
}

// networkOf returns tcp4 for an IPv4 address: with tcp, 0.0.0.0 would listen on every
// IPv6 address too.
func networkOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).To4() != nil {
		return "tcp4"
	}
	return "tcp"
}

// Exposed reports whether other machines can reach the listener.
func Exposed(l net.Listener) bool {
	at, ok := l.Addr().(*net.TCPAddr)
	return !ok || !at.IP.IsLoopback()
}

// Addresses are the URLs at which a server is reached, without a trailing slash.
type Addresses struct {
	Public  string // by clients
	Browser string // by browsers and phones
	Local   string // on this machine
}

// AddressesOf returns the addresses of a listener. Public is public, or Local if that is "";
// Browser is browser, or Public if that is "".
func AddressesOf(l net.Listener, secure bool, public, browser string) (at Addresses, err error) {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return at, err
	}
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	at.Local = scheme + "://" + net.JoinHostPort(host, port)
	if public, err = ParseAddress("--public-url", public); err != nil {
		return at, err
	}
	if browser, err = ParseAddress("--browser-url", browser); err != nil {
		return at, err
	}
	at.Public = cmp.Or(public, at.Local)
	at.Browser = cmp.Or(browser, at.Public)
	at.Local += at.Path()
	return at, nil
}

// Path returns the path that all addresses have in common; "" for none.
func (at Addresses) Path() string {
	_, rest, _ := strings.Cut(at.Public, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}

// ParseAddress returns a server's address without a trailing slash, and "" for "". option is
// the flag that it came from, for the error, a [*failure.UsageError].
func ParseAddress(option, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", failure.Usagef(lang.Text{EN: "%s %s: expected http:// or https://, a host, and nothing after the path", ZH: "%s %s：应为 http:// 或 https:// 加主机，路径之后不能再有内容"}, option, text)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// MakeCertificate makes a certificate for the addresses, localhost and the loopback
// addresses.
func (at Addresses) MakeCertificate(now time.Time, rand io.Reader) (cert.Made, error) {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	for _, text := range []string{at.Local, at.Public, at.Browser} {
		if u, err := url.Parse(text); err == nil {
			hosts = append(hosts, u.Hostname())
		}
	}
	return cert.New("ssoctl emulator", hosts, now, rand)
}
