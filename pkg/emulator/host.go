package emulator

import (
	"strings"

	"ssoctl/pkg/profile"
)

// NamedHosts returns the keys of a profile's URLs that name a host, such as token.url.
// base_url cannot point such a step to an emulator.
func NamedHosts(p *profile.Profile) []string {
	var out []string
	for _, s := range p.Requests() {
		if !strings.HasPrefix(string(s.URL), "{") {
			out = append(out, s.Name.Table()+".url")
		}
	}
	return out
}
