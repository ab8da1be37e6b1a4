package emulator

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// reachedAt checks o.Address, fills in o.Browser and o.Hosts, and returns the
// parsed Address. Its Path has no trailing slash.
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
			return nil, lang.Errorf(lang.Text{EN: "emulator: browser address %q: expected the same path as %s", ZH: "emulator：浏览器地址 %q：路径应与 %s 相同"}, o.Browser, o.Address)
		}
	}
	o.Address, o.Browser = at.String(), browser.String()
	o.Hosts = append(slices.Clone(o.Hosts), at.Host, browser.Host)
	return at, nil
}

func parseReached(what, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("emulator: %s %q: expected http:// or https://, a host and at most a path", what, address)
	}
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), ""
	return u, nil
}

// ownHost reports whether the request's Host belongs to this emulator: loopback,
// Options.Hosts, or the IP address that accepted the connection. That address is
// safe because DNS rebinding needs a host name. Ports are ignored, because a proxy
// in front may drop them.
func (e *Emulator) ownHost(r *http.Request) bool {
	name := hostname(r.Host)
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return loopback(strings.ToLower(name)) || at != nil && at.IP.Equal(net.ParseIP(name)) || slices.ContainsFunc(e.hosts, func(own string) bool { return strings.EqualFold(hostname(own), name) })
}

// hostname returns a Host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// sameOrigin reports whether the request comes from a program, from a page of this
// emulator, or from a user who follows a link. It is false for requests that pages
// of other origins make.
func sameOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
		return site != "cross-site" && site != "same-site" || mode == "navigate" && r.Method == http.MethodGet
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host == r.Host
}
