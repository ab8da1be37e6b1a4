package cmd

import (
	"os"
	"path/filepath"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/profiles"
)

// sources reads the configuration files. If the project's file is not trusted, the error
// is an *untrustedError and the other files are still returned.
func (r *root) sources() (profile.Sources, error) {
	src := profile.Sources{Builtin: profiles.FS}
	path, named := r.configPath()
	var err error
	if src.User, err = profile.ReadFile(path); err != nil {
		return src, err
	}
	if src.User == nil && named {
		return src, noFile(path)
	}
	if r.noProject || same(path, projectFile) { // a file named by --config is trusted
		return src, nil
	}
	src.Project, err = r.project(src.User)
	return src, err
}

// configPath returns the path of the user's configuration file, which may not exist; "" if
// there is no home folder. named reports whether --config gave it.
func (r *root) configPath() (path string, named bool) {
	if r.config != "" {
		return r.config, true
	}
	return r.userPath("XDG_CONFIG_HOME", ".config", "config.toml"), false
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
func (r *root) userPath(xdg, fallback string, name ...string) string {
	base, _ := r.Env(xdg)
	if !filepath.IsAbs(base) { // XDG says that relative paths are ignored
		home, _ := r.Env("HOME")
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
