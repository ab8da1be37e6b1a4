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

// Covering returns a few of the values that together have all features. It repeatedly adds
// the value with the most features that are not covered yet. It is for tests that take too
// long to run with each profile, or with each step.
func Covering[T any](all []T, features func(T) []string) (few []T) {
	lacking := make([][]string, len(all)) // the features of each value that are not covered yet
	for i, each := range all {
		lacking[i] = features(each)
	}
	for len(all) > 0 {
		best := 0
		for i, left := range lacking {
			if len(left) > len(lacking[best]) {
				best = i
			}
		}
		if len(lacking[best]) == 0 {
			break
		}
		few = append(few, all[best])
		covered := map[string]bool{}
		for _, feature := range lacking[best] {
			covered[feature] = true
		}
		for i, left := range lacking {
			lacking[i] = slices.DeleteFunc(left, func(feature string) bool { return covered[feature] })
		}
	}
	return few
}
