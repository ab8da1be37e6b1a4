// Package handoff passes a login from one command to another: authorize-url starts it,
// exchange finishes it, and login --resume runs its remaining steps. If several commands try
// to finish the same login, only one sends its code. A code without a known login is sent as
// often as the user asks. Every code that was sent is remembered, for a hint.
//
// Fill in a [Command]. A command that prints an authorize URL calls [Command.Begin]. One
// that is given a redirect calls [Command.Callback], one that is given a code
// [Command.Code]; exchange then calls [Command.Exchange]. A command that sends the code of
// its own login calls [Command.Sent] afterwards. [Command.Resume] runs the remaining steps
// of a login that failed. [CheckCode] and [CheckCallback] refuse texts that were pasted wrongly.
package handoff

import (
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/pending"
)

// defaultLifetime is how long a started login is remembered if the profile does not say how
// long the URL is valid.
const defaultLifetime = 10 * time.Minute

// Command is one command with the stores that it shares with other commands.
type Command struct {
	Name     string // such as "ssoctl exchange"
	Resuming string // the command line that resumes the login
	// Config is the user's configuration file. It is the same in every folder, so it does
	// not tell profiles of the same name apart.
	Config  string
	Client  *client.Client
	Logins  pending.Store
	Resumes pending.Resumes
	Codes   pending.Codes
	Now     func() time.Time
	Warn    func(lang.Text)

	finished *pending.Resume // a login whose result is not printed yet; nil if there is none
}

// Begin remembers a started login, and returns when it expires. If that fails, it only
// warns, because the URL still works.
func (c *Command) Begin(a client.Authorization) time.Time {
	lifetime := a.Lifetime
	if lifetime == 0 {
		lifetime = defaultLifetime
	}
	expires := c.Now().Add(lifetime)
	err := c.Logins.Save(pending.Login{
		Profile: a.Profile, RedirectURI: a.RedirectURI, State: a.State, Nonce: a.Nonce,
		CodeVerifier: a.CodeVerifier.Reveal(), Before: responses(a.Before), ExpiresAt: expires,
	}, c.Now())
	if err != nil {
		c.Warn(lang.Sprintf(lang.Text{
			EN: "this login cannot be remembered for exchange --callback: %v; keep the state and code_verifier that -o json shows, and pass them yourself",
			ZH: "无法为 exchange --callback 记住这次登录：%v；请保存 -o json 输出的 state 和 code_verifier，并自行传入",
		}, err))
	}
	return expires
}

// WarnOfCode prints a warning about a code, unless it is zero or the command failed with err
// before it sent the code. Such a failure says enough, and nobody has used the code.
func (c *Command) WarnOfCode(warning lang.Text, err error) {
	if !warning.IsZero() && (err == nil || c.Client.CodeSent()) {
		c.Warn(warning)
	}
}

// NoState warns that a callback without state was accepted.
func NoState() lang.Text {
	return lang.Text{
		EN: "the callback has no state, so there is no way to check that it belongs to this login",
		ZH: "回调没有带 state，无法确认它属于这次登录",
	}
}

// stray is the error for a redirect that does not belong to a login that was started here.
func stray(format lang.Text, args ...any) error {
	return &loopback.StrayError{Problem: lang.Sprintf(format, args...)}
}
