package explain

import (
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
)

// hostsOf returns the hosts of a vendor, in lower case: those in the defaults of the inputs
// and in the URLs of the steps. Hosts that need an input are left out.
func hostsOf(p *profile.Profile) []string {
	var out []string
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil || !strings.Contains(u.Hostname(), ".") || strings.ContainsAny(u.Host, "{}") {
			return
		}
		if host := strings.ToLower(u.Hostname()); !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	for _, name := range p.InputNames() {
		add(string(p.Inputs[name].Default))
	}
	for _, s := range p.Requests() {
		add(string(s.URL))
	}
	return out
}

// namedIn reports whether lower, a text in lower case, contains the name of a profile or
// one of its vendor's hosts.
func (x *index) namedIn(lower string, p *profile.Profile) bool {
	hosts, known := x.hosts[p]
	if !known {
		hosts = hostsOf(p)
		x.hosts[p] = hosts
	}
	return names(lower, strings.ToLower(p.Name)) || slices.ContainsFunc(hosts, func(host string) bool { return names(lower, host) })
}
