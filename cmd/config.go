package cmd

import (
	"io"
	"os"
	"path/filepath"
	"syscall"

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
	if src.User, err = readConfig(path); err != nil {
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

// readConfig reads a configuration file. It returns nil if the file does not exist.
func readConfig(path string) (*profile.File, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readRegular(path)
	if isAbsent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadableFile(path, err)
	}
	f, err := profile.ParseFile(path, data)
	if err != nil {
		return nil, err
	}
	f.Dir, err = filepath.Abs(filepath.Dir(path))
	return f, err
}

// maxConfig is the largest configuration file, in bytes.
const maxConfig = profile.MaxFile

// readRegular reads a regular file of at most maxConfig bytes.
func readRegular(path string) ([]byte, error) {
	f, _, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(data) > maxConfig {
		err = lang.Errorf(lang.Text{EN: "larger than %d MiB", ZH: "超过 %d MiB"}, maxConfig>>20)
	}
	return data, err
}

// openRegular opens a regular file. It never blocks on a pipe or a device, even if one
// replaces the file between the check and the open.
func openRegular(path string) (f *os.File, size int64, err error) {
	info, err := os.Stat(path) // merely opening a device can have effects
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errNotRegular
	}
	if f, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

var errNotRegular = lang.Errorf(lang.Text{EN: "not a regular file", ZH: "不是普通文件"})

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
