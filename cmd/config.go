package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/profiles"
)

// sources reads the configuration files that there are. Where the project's is not
// trusted, the error is an *untrustedError, and the rest is there.
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
	if r.noProject || same(path, projectFile) { // what --config names is trusted
		return src, nil
	}
	src.Project, err = r.project(src.User)
	return src, err
}

// configPath is the user's configuration, there or not; "" when there is no place for
// it. It may have been named by --config.
func (r *root) configPath() (path string, named bool) {
	if r.config != "" {
		return r.config, true
	}
	return r.userPath("XDG_CONFIG_HOME", ".config", "config.toml"), false
}

// noFile is a file that was named and is not there.
func noFile(path string) error {
	return &profile.Error{File: path, Problem: "no such file", ProblemZH: "没有这个文件", Hint: lang.Text{
		EN: "Is the path right? Your own configuration is ~/.config/ssoctl/config.toml, a project's is ./ssoctl.toml.",
		ZH: "路径对吗？用户配置是 ~/.config/ssoctl/config.toml，项目配置是 ./ssoctl.toml。",
	}}
}

// readConfig returns nil when there is no such file.
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

// maxConfig is how large a configuration file may be, in bytes.
const maxConfig = profile.MaxFile

// readRegular reads a file that ends, up to maxConfig.
func readRegular(path string) ([]byte, error) {
	f, _, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(data) > maxConfig {
		err = &fileError{fmt.Errorf("larger than %d MiB", maxConfig>>20), fmt.Sprintf("超过 %d MiB", maxConfig>>20)}
	}
	return data, err
}

// openRegular opens a file that ends. A pipe or a device does not hold it up, even where
// it takes a file's place while that is opened.
func openRegular(path string) (f *os.File, size int64, err error) {
	info, err := os.Stat(path) // opening a device can do harm
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

var errNotRegular = &fileError{errors.New("not a regular file"), "不是普通文件"}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// userPath is a file of ours below an XDG base folder, "" when there is neither
// that nor a home.
func (r *root) userPath(xdg, fallback string, name ...string) string {
	base, _ := r.Env(xdg)
	if !filepath.IsAbs(base) { // the specification: a relative one is ignored
		home, _ := r.Env("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, fallback)
	}
	return filepath.Join(append([]string{base, "ssoctl"}, name...)...)
}

// logins is where begun logins are remembered.
func (r *root) logins() pending.Store {
	return pending.Store{Dir: r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "logins")}
}

// optional are names of values that may be missing.
func optional(names ...string) []recipe.Placeholder {
	out := make([]recipe.Placeholder, len(names))
	for i, name := range names {
		out[i] = recipe.Placeholder{Name: name, Optional: true}
	}
	return out
}
