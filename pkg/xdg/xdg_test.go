package xdg_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/xdg"
)

func TestFolders(t *testing.T) {
	t.Parallel()
	type variables map[string]string
	for name, test := range map[string]struct {
		env  variables
		want []string // configuration, cache, state, home
	}{
		"home": {
			variables{"HOME": "/home/ada"},
			[]string{"/home/ada/.config/ssoctl/config.toml", "/home/ada/.cache/ssoctl", "/home/ada/.local/state/ssoctl/codes", "/home/ada"},
		},
		"variables": {
			variables{"HOME": "/home/ada", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k", "XDG_STATE_HOME": "/s"},
			[]string{"/c/ssoctl/config.toml", "/k/ssoctl", "/s/ssoctl/codes", "/home/ada"},
		},
		"relative paths are ignored": {
			variables{"HOME": "/home/ada", "XDG_CONFIG_HOME": "c", "XDG_CACHE_HOME": "./k", "XDG_STATE_HOME": ""},
			[]string{"/home/ada/.config/ssoctl/config.toml", "/home/ada/.cache/ssoctl", "/home/ada/.local/state/ssoctl/codes", "/home/ada"},
		},
		"those of Windows do not count": {
			variables{"HOME": "/home/ada", "USERPROFILE": "/Users/ada", "APPDATA": "/r", "LOCALAPPDATA": "/l"},
			[]string{"/home/ada/.config/ssoctl/config.toml", "/home/ada/.cache/ssoctl", "/home/ada/.local/state/ssoctl/codes", "/home/ada"},
		},
		"no home":              {nil, []string{"", "", "", ""}},
		"a variable, no home":  {variables{"XDG_STATE_HOME": "/s"}, []string{"", "", "/s/ssoctl/codes", ""}},
		"relative and no home": {variables{"XDG_STATE_HOME": "s"}, []string{"", "", "", ""}},
	} {
		compare(t, name, "linux", test.env, test.want)
	}
	for name, test := range map[string]struct {
		env  variables
		want []string
	}{
		"as usual": {
			variables{"USERPROFILE": "/Users/ada", "APPDATA": "/r", "LOCALAPPDATA": "/l"},
			[]string{"/r/ssoctl/config.toml", "/l/ssoctl/cache", "/l/ssoctl/state/codes", "/Users/ada"},
		},
		"a shell that has HOME": {
			variables{"USERPROFILE": "/Users/ada", "APPDATA": "/r", "LOCALAPPDATA": "/l", "HOME": "/home/ada"},
			[]string{"/r/ssoctl/config.toml", "/l/ssoctl/cache", "/l/ssoctl/state/codes", "/Users/ada"},
		},
		"only the profile": {
			variables{"USERPROFILE": "/Users/ada"},
			[]string{"/Users/ada/AppData/Roaming/ssoctl/config.toml", "/Users/ada/AppData/Local/ssoctl/cache", "/Users/ada/AppData/Local/ssoctl/state/codes", "/Users/ada"},
		},
		"variables": {
			variables{"APPDATA": "/r", "LOCALAPPDATA": "/l", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k", "XDG_STATE_HOME": "/s", "HOME": "/h"},
			[]string{"/c/ssoctl/config.toml", "/k/ssoctl", "/s/ssoctl/codes", "/h"},
		},
		"nothing": {nil, []string{"", "", "", ""}},
	} {
		compare(t, name, "windows", test.env, test.want)
	}
}

func compare(t *testing.T, name, system string, env map[string]string, want []string) {
	t.Helper()
	f := xdg.Folders{Env: func(name string) (string, bool) { v, set := env[name]; return v, set }, System: system}
	got := []string{f.Config("config.toml"), f.Cache(), f.State("codes"), f.Home()}
	for i := range got {
		got[i] = filepath.ToSlash(got[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s, %s: %s", system, name, diff)
	}
}
