package cmd

import (
	"path/filepath"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/record"
)

// handoff returns what the running command needs to start a login for another command, or
// to finish one.
func (r *root) handoff(cl *client.Client) *handoff.Command {
	if r.handing == nil {
		r.handing = &handoff.Command{
			Name: r.called, Resuming: r.resuming(cl.Profile().Name), Config: r.userPath("XDG_CONFIG_HOME", ".config", "config.toml"),
			Client: cl, Logins: r.logins(), Resumes: pending.Resumes{Dir: r.state("resume")}, Codes: r.codes(), Now: r.Now, Warn: r.warn,
		}
	}
	return r.handing
}

// resuming is the command line that resumes a login.
func (r *root) resuming(profile string) string {
	how := "ssoctl login --resume -p " + profile
	if r.config != "" {
		how += " --config " + record.Quote(r.config)
	}
	if len(r.set) > 0 {
		how += " --set …"
	}
	return how
}

// state is a folder below XDG_STATE_HOME, "" if there is no home folder.
func (r *root) state(name string) string {
	return r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), name)
}

// logins is the store of started logins.
func (r *root) logins() pending.Store { return pending.Store{Dir: r.state("logins")} }

// codes is the store of codes that were sent.
func (r *root) codes() pending.Codes { return pending.Codes{Dir: r.state("codes")} }
