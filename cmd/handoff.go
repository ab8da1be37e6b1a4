package cmd

import (
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
	if r.file != "" {
		how += " --config " + record.Quote(r.file)
	}
	if len(r.set) > 0 {
		how += " --set …"
	}
	return how
}
