package cmd

import (
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/trust"
	"ssoctl/profiles"
)

// config reads configuration files, profiles and the values of their inputs, as the global
// flags and the environment ask for it.
type config struct {
	env func(string) (string, bool)
	in  *input
	out *printer

	profile, file       string
	profileFromEnv      bool // profile is that of SSOCTL_PROFILE
	set                 []string
	noProject, allowCmd bool
	provider            providerFlags

	lookups reference.Once
	loaded  *profile.Profile // the chosen profile, for hints
}

func (o *config) flags(f *pflag.FlagSet) {
	f.StringVarP(&o.profile, "profile", "p", "", "")
	f.StringVar(&o.file, "config", "", "")
	f.BoolVar(&o.noProject, "no-project", false, "")
	f.StringArrayVar(&o.set, "set", nil, "")
	f.BoolVar(&o.allowCmd, "allow-cmd", false, "")
}

// sources reads the configuration files. If the project's file is not trusted, the error
// is a [*project.UntrustedError] and the other files are still returned.
func (o *config) sources() (profile.Sources, error) {
	src := profile.Sources{Builtin: profiles.FS}
	path, named := o.configPath()
	var err error
	if src.User, err = profile.ReadFile(path); err != nil {
		return src, err
	}
	if src.User == nil && named {
		return src, noFile(path)
	}
	if o.noProject || same(path, project.Name) { // a file named by --config is trusted
		return src, nil
	}
	src.Project, err = o.trust().Read(src.User)
	return src, err
}

// withoutProject drops the error of sources about an untrusted project, for commands that
// work without the project's configuration.
func withoutProject(src profile.Sources, err error) (profile.Sources, error) {
	if project.IsUntrusted(err) {
		err = nil
	}
	return src, err
}

// trust returns the files and folders that the user trusts.
func (o *config) trust() project.Trust {
	home, _ := o.env("HOME")
	return project.Trust{Store: trust.Store{Dir: o.state("trust")}, Home: home}
}

// configPath returns the path of the user's configuration file, which may not exist; "" if
// there is no home folder. named reports whether --config gave it.
func (o *config) configPath() (path string, named bool) {
	if o.file != "" {
		return o.file, true
	}
	return o.userPath("XDG_CONFIG_HOME", ".config", "config.toml"), false
}

// noFile is the error for a file that --config names and that does not exist.
func noFile(path string) error {
	return &profile.Error{File: path, Problem: lang.Text{EN: "no such file", ZH: "没有这个文件"}, Hint: lang.Text{
		EN: "Is the path right? Your own configuration is ~/.config/ssoctl/config.toml, a project's is ./ssoctl.toml.",
		ZH: "路径对吗？用户的配置文件是 ~/.config/ssoctl/config.toml，项目的是 ./ssoctl.toml。",
	}}
}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// userPath is the path of one of ssoctl's files below an XDG base folder, "" if neither
// that folder nor HOME is set.
func (o *config) userPath(xdg, fallback string, name ...string) string {
	base, _ := o.env(xdg)
	if !filepath.IsAbs(base) { // XDG says that relative paths are ignored
		home, _ := o.env("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, fallback)
	}
	return filepath.Join(append([]string{base, "ssoctl"}, name...)...)
}

// optional makes placeholders for values that may be missing.
func optional(names ...string) []recipe.Placeholder {
	out := make([]recipe.Placeholder, len(names))
	for i, name := range names {
		out[i] = recipe.Placeholder{Name: name, Optional: true}
	}
	return out
}

// tokens is the store of application tokens.
func (o *config) tokens() cache.Folder {
	return cache.Folder{Dir: o.userPath("XDG_CACHE_HOME", ".cache", "tokens")}
}

// documents is the store of providers' metadata and keys.
func (o *config) documents() httpcache.Store {
	return httpcache.Store{Dir: o.userPath("XDG_CACHE_HOME", ".cache", "documents")}
}

// state is a folder below XDG_STATE_HOME, "" if there is no home folder.
func (o *config) state(name string) string {
	return o.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), name)
}

// logins is the store of started logins.
func (o *config) logins() pending.Store { return pending.Store{Dir: o.state("logins")} }

// codes is the store of codes that were sent.
func (o *config) codes() pending.Codes { return pending.Codes{Dir: o.state("codes")} }

// ownConfig returns the absolute path of the user's configuration file, which may not
// exist.
func (o *config) ownConfig() (string, error) {
	path, _ := o.configPath()
	if path == "" {
		return "", &profile.Error{Problem: lang.Text{EN: "cannot locate your configuration file: HOME is not set", ZH: "无法确定配置文件的位置：没有设置 HOME"}, Hint: lang.Text{
			EN: "Set HOME or XDG_CONFIG_HOME, or name the file: --config FILE", ZH: "请设置 HOME 或 XDG_CONFIG_HOME，或用 --config FILE 指明文件。",
		}}
	}
	return filepath.Abs(path)
}
