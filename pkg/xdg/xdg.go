// Package xdg names the user's folders for the files of ssoctl, as the XDG Base Directory
// Specification says.
package xdg

import "path/filepath"

// Folders are the folders that the environment names. A path below one is "" if neither its
// variable nor HOME is set.
type Folders struct {
	Env func(name string) (value string, set bool)
}

// Config is the path of a file or folder below the one for configuration.
func (f Folders) Config(name ...string) string { return f.path("XDG_CONFIG_HOME", ".config", name) }

// Cache is the path of a file or folder below the one for what can be fetched again.
func (f Folders) Cache(name ...string) string { return f.path("XDG_CACHE_HOME", ".cache", name) }

// State is the path of a file or folder below the one for what has to last between runs.
func (f Folders) State(name ...string) string {
	return f.path("XDG_STATE_HOME", filepath.Join(".local", "state"), name)
}

// Home is the user's home folder, "" if unknown.
func (f Folders) Home() string {
	home, _ := f.Env("HOME")
	return home
}

func (f Folders) path(variable, fallback string, name []string) string {
	base, _ := f.Env(variable)
	if !filepath.IsAbs(base) { // the specification says that relative paths are ignored
		if f.Home() == "" {
			return ""
		}
		base = filepath.Join(f.Home(), fallback)
	}
	return filepath.Join(append([]string{base, "ssoctl"}, name...)...)
}
