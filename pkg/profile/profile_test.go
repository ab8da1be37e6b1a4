package profile_test

import (
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

func TestBuiltinsAreClean(t *testing.T) {
	src := profile.Sources{Builtin: profiles.FS}
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, e := range p.Lint() {
			t.Error(e)
		}
	}
}
