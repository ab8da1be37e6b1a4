package xdg_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/xdg"
)

func TestFolders(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"home": {
			map[string]string{"HOME": "/home/ada"},
			[]string{"/home/ada/.config/ssoctl/config.toml", "/home/ada/.cache/ssoctl", "/home/ada/.local/state/ssoctl/codes"},
		},
		"variables": {
			map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k", "XDG_STATE_HOME": "/s"},
			[]string{"/c/ssoctl/config.toml", "/k/ssoctl", "/s/ssoctl/codes"},
		},
		"relative paths are ignored": {
			map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "c", "XDG_CACHE_HOME": "./k", "XDG_STATE_HOME": ""},
			[]string{"/home/ada/.config/ssoctl/config.toml", "/home/ada/.cache/ssoctl", "/home/ada/.local/state/ssoctl/codes"},
		},
		"no home":              {nil, []string{"", "", ""}},
		"a variable, no home":  {map[string]string{"XDG_STATE_HOME": "/s"}, []string{"", "", "/s/ssoctl/codes"}},
		"relative and no home": {map[string]string{"XDG_STATE_HOME": "s"}, []string{"", "", ""}},
	} {
		f := xdg.Folders{Env: func(name string) (string, bool) { v, set := test.env[name]; return v, set }}
		if diff := cmp.Diff(test.want, []string{f.Config("config.toml"), f.Cache(), f.State("codes")}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
