// Package doctor examines what a user has set up for one profile: the inputs, the
// redirect_uri, the way to the vendor's hosts, and whether a vendor answers there.
package doctor

import (
	"context"
	"net/url"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// Status is how well something is.
type Status string

// The ways.
const (
	OK   Status = "ok"
	Warn Status = "warn" // it may become a problem, or is one for a part
	Fail Status = "fail" // a login, or a call, will not work
)

// Finding is one thing that was looked at.
type Finding struct {
	Profile string // "" of what is the machine's
	Check   string // what was looked at, in a word or two
	Status  Status
	What    lang.Text // what was found
	Do      lang.Text // what to do about it, of what is not OK; empty where Err says it
	Err     error     // the cause, for those who have hints for errors
}

// Doctor examines one profile.
type Doctor struct {
	Client *client.Client
	Refs   secret.Resolver
	Now    func() time.Time
	// Shown is the value of an input, fit to be shown, and where it comes from.
	Shown func(input string) (value, from string)
	// Proxy is the proxy to a host, and what names it; nil when there is none.
	Proxy func(scheme, host string) (proxy *url.URL, by string)
	// Own says that somebody has set the profile up, so that what it lacks is missing.
	Own bool
	// Unchecked says that certificates are not checked.
	Unchecked bool
	// Credentials has the vendor asked with the application's credentials.
	Credentials bool
}

// Examine looks at everything, in the order in which a login meets it.
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

// plain is a text that is the same in every language.
func plain(text string) lang.Text { return lang.Text{EN: text, ZH: text} }
