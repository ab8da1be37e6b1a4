// Package profiletest chooses built-in profiles for tests.
package profiletest

import (
	"slices"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// Builtin returns the built-in profiles that have steps.
func Builtin(t testing.TB) []*profile.Profile {
	t.Helper()
	from := profile.Sources{Builtin: profiles.FS}
	var out []*profile.Profile
	for _, name := range from.BuiltinNames() {
		p, err := profile.Load(name, from)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// Covering returns a few of the profiles that together have every feature of all of them. It
// always adds the profile with the most features that are not covered yet. It is for tests that
// take too long to run with each profile.
func Covering(all []*profile.Profile, features func(*profile.Profile) []string) (few []*profile.Profile) {
	covered := map[string]bool{}
	for {
		var best *profile.Profile
		var most []string
		for _, p := range all {
			left := slices.DeleteFunc(features(p), func(feature string) bool { return covered[feature] })
			if len(left) > len(most) {
				best, most = p, left
			}
		}
		if best == nil {
			return few
		}
		few = append(few, best)
		for _, feature := range most {
			covered[feature] = true
		}
	}
}
