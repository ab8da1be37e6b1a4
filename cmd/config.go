package cmd

import (
	"runtime"

	"github.com/spf13/pflag"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/trust"
	"ssoctl/pkg/xdg"
)

// config reads configuration files, profiles and the values of their inputs, as the global
// flags and the environment ask for it.
type config struct {
	env func(string) (string, bool)
	in  *input
	out *printer

	choice
	file                string
	profileFromEnv      bool // profile is that of SSOCTL_PROFILE
	noProject, allowCmd bool
	provider            providerFlags

	lookups reference.Once
	loaded  *profile.Profile // the chosen profile, for hints
	cache   profile.CacheAddress
}

// choice is a profile and the values that --set gives its inputs.
type choice struct {
	profile string // name; "" for the default
	set     []string
}

func (o *config) flags(f *pflag.FlagSet) {
	f.StringVarP(&o.profile, "profile", "p", "", "")
	f.StringVar(&o.file, "config", "", "")
	f.BoolVar(&o.noProject, "no-project", false, "")
	f.StringArrayVar(&o.set, "set", nil, "")
	f.BoolVar(&o.allowCmd, "allow-cmd", false, "")
}

// folders are the user's folders for files of ssoctl.
func (o *config) folders() xdg.Folders { return xdg.Folders{Env: o.env, System: runtime.GOOS} }

// trust returns the files and folders that the user trusts.
func (o *config) trust() project.Trust {
	return project.Trust{Store: trust.Store{Dir: o.folders().State("trust")}, Home: o.folders().Home()}
}

// tokens is the store of application tokens.
func (o *config) tokens() cache.Folder { return cache.Folder{Dir: o.folders().Cache("tokens")} }

// documents is the store of providers' metadata and keys.
func (o *config) documents() httpcache.Store {
	return httpcache.Store{Dir: o.folders().Cache("documents")}
}

// logins is the store of started logins.
func (o *config) logins() pending.Store { return pending.Store{Dir: o.folders().State("logins")} }

// codes is the store of codes that were sent.
func (o *config) codes() pending.Codes { return pending.Codes{Dir: o.folders().State("codes")} }

// resumes is the store of logins that can be resumed.
func (o *config) resumes() pending.Resumes {
	return pending.Resumes{Dir: o.folders().State("resume")}
}
