// Package doctor checks a user's set-up. A [Doctor] checks one profile: the inputs, the
// redirect_uri, the connection to each host, and whether the responses come from the
// vendor. A [Machine] checks what all profiles share. Both return a [Finding] for each
// check; a [Report] shows findings.
package doctor

import (
	"context"
	"net/url"
	"slices"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// Status says how serious a [Finding] is.
type Status string

// The values of Status.
const (
	OK   Status = "ok"
	Warn Status = "warn" // may become a problem, or affects only some steps
	Fail Status = "fail" // a login or a request will fail
)

// Finding is the result of one check.
type Finding struct {
	Profile string // "" if the check is about the machine
	Check   string // what was checked, in a word or two
	Status  Status
	What    lang.Text // what was found
	Do      lang.Text // what to do about it; empty if OK, or if Err has a hint
	Err     error     // the cause, so that callers can look up a hint; may be nil
}

// Unreadable is the finding about a profile that cannot be loaded; profile is "" if the
// configuration cannot be read.
func Unreadable(profile string, err error) Finding {
	return Finding{Profile: profile, Check: "profile", Status: Fail, Err: err, What: lang.Of(err)}
}

// Doctor checks the profile of its Client.
type Doctor struct {
	Client  *client.Client
	Refs    reference.Resolver // with ReadFile
	Now     func() time.Time
	Proxies Proxies
	// Own means that the user has configured the profile, so missing inputs are
	// reported.
	Own bool
	// Unchecked means that TLS certificates are not verified.
	Unchecked bool
	// Credentials also checks the application's credentials, with a request to the
	// vendor.
	Credentials bool
}

// Proxies knows which proxy a request goes through.
type Proxies interface {
	// Proxy returns the proxy for requests to a host, and the flag or variable that names
	// it; nil if there is none.
	Proxy(scheme, host string) (proxy *url.URL, by string)
}

// Examine runs all checks, in the order in which a login depends on them.
func (d Doctor) Examine(ctx context.Context) []Finding {
	found := append(d.inputs(), d.redirect()...)
	found = append(found, d.servers(ctx)...)
	if d.Credentials {
		found = append(found, d.credentials(ctx)...)
	}
	for i := range found {
		found[i].Profile = d.profile().Name
	}
	return found
}

func (d Doctor) profile() *profile.Profile { return d.Client.Profile() }

// plain returns a text that is the same in both languages.
func plain(text string) lang.Text { return lang.Text{EN: text, ZH: text} }

// IsBase reports whether another profile extends p, and may supply what p lacks.
func IsBase(p *profile.Profile, all []*profile.Profile) bool {
	return slices.ContainsFunc(all, func(other *profile.Profile) bool { return other != p && slices.Contains(other.Extends, p.Name) })
}
