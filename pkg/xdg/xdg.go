// Package xdg names the user's folders for the files of ssoctl, as the XDG Base Directory
// Specification says. On Windows they are below %AppData% and %LocalAppData%, unless the
// specification's variables are set.
package xdg

import (
	"cmp"
	"path/filepath"
)

// Folders are the folders that the environment names. A path below one is "" if neither its
// variable nor that of the home folder is set.
type Folders struct {
	Env    func(name string) (value string, set bool)
	System string // as runtime.GOOS has it
}

// Config is the path of a file or folder below the one for configuration.
func (f Folders) Config(name ...string) string {
	if f.windows() {
		return f.path("XDG_CONFIG_HOME", f.appData("APPDATA", "Roaming"), name)
	}
	return f.path("XDG_CONFIG_HOME", f.atHome(".config"), name)
}

// Cache is the path of a file or folder below the one for what can be fetched again.
func (f Folders) Cache(name ...string) string {
	return f.local("XDG_CACHE_HOME", "cache", []string{".cache"}, name)
}

// State is the path of a file or folder below the one for what has to last between runs.
func (f Folders) State(name ...string) string {
	return f.local("XDG_STATE_HOME", "state", []string{".local", "state"}, name)
}

// Home is the user's home folder, "" if unknown.
func (f Folders) Home() string {
	home := f.value("HOME")
	if f.windows() { // where only shells from Unix set HOME, to a folder of their choice
		return cmp.Or(f.value("USERPROFILE"), home)
	}
	return home
}

// local is the path of what stays on this machine. Windows has one folder for all of it.
func (f Folders) local(variable, kind string, atHome, name []string) string {
	if f.windows() && !filepath.IsAbs(f.value(variable)) {
		return f.path("", f.appData("LOCALAPPDATA", "Local"), append([]string{kind}, name...))
	}
	return f.path(variable, f.atHome(atHome...), name)
}

// path joins name to the folder that variable names, or to fallback.
func (f Folders) path(variable, fallback string, name []string) string {
	base := f.value(variable)
	if !filepath.IsAbs(base) { // the specification says that relative paths are ignored
		base = fallback
	}
	if base == "" {
		return ""
	}
	return filepath.Join(append([]string{base, "ssoctl"}, name...)...)
}

// appData is a folder that Windows names in a variable.
func (f Folders) appData(variable, name string) string {
	if base := f.value(variable); filepath.IsAbs(base) {
		return base
	}
	return f.atHome("AppData", name)
}

func (f Folders) atHome(name ...string) string {
	if f.Home() == "" {
		return ""
	}
	return filepath.Join(append([]string{f.Home()}, name...)...)
}

func (f Folders) value(variable string) string {
	v, _ := f.Env(variable)
	return v
}

func (f Folders) windows() bool { return f.System == "windows" }
