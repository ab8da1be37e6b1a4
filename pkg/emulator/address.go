package emulator

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// reachedAt checks the addresses of o, completes them, and returns that of the
// clients. Its Path ends without a slash.
func reachedAt(o *Options) (*url.URL, error) {
	at, err := parseReached("address", o.Address)
	if err != nil {
		return nil, err
	}
	browser := at
	if o.Browser != "" {
		if browser, err = parseReached("browser address", o.Browser); err != nil {
			return nil, err
		}
		if browser.Path != at.Path {
			return nil, fmt.Errorf("emulator: browser address %q: its path has to be that of %s", o.Browser, o.Address)
		}
	}
	o.Address, o.Browser = at.String(), browser.String()
	o.Hosts = append(slices.Clone(o.Hosts), at.Host, browser.Host)
	return at, nil
}

func parseReached(what, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("emulator: %s %q: needs http:// or https:// and a host, and nothing behind the path", what, address)
	}
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), ""
	return u, nil
}

// ownHost reports whether the request's Host is one under which this emulator is
// reached: loopback, Options.Hosts, or the IP address at which the request came
// in, to which no page's name can be rebound. A proxy in front may leave the port
// out, so only the names are compared.
func (e *Emulator) ownHost(r *http.Request) bool {
	name := hostname(r.Host)
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return loopback(strings.ToLower(name)) || at != nil && at.IP.Equal(net.ParseIP(name)) || slices.ContainsFunc(e.hosts, func(own string) bool { return strings.EqualFold(hostname(own), name) })
}

// hostname is a Host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// sameOrigin reports whether the request is no page's, or one's from here, or
// the browser opens an address that the user followed.
func sameOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
		return site != "cross-site" && site != "same-site" || mode == "navigate" && r.Method == http.MethodGet
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host == r.Host
}

// Close ends what would otherwise go on for ever, such as a page that watches
// the exchanges, or a delay that a fault asked for: a server can then wait for
// its requests to end.
func (e *Emulator) Close() { e.closed.Do(func() { close(e.closing) }) }
