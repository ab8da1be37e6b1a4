package cmd_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/pkg/recipe"
)

// leakProfiles returns a few built-in profiles that together send and read hidden values in
// every way that any built-in profile does.
func leakProfiles(t *testing.T) []*profile.Profile {
	t.Helper()
	return profiletest.Covering(usableProfiles(t), waysOf)
}

// waysOf returns how a profile's hidden values travel: each pair of step kind, part of the
// request and value, and what each kind of step reads.
func waysOf(p *profile.Profile) []string {
	ways := map[string]bool{}
	for _, s := range p.Steps() {
		kind := string(s.Name)
		if s.Name.IsOwn() {
			kind = "step"
		}
		s.EachTemplate(func(key string, template recipe.Template) {
			part, _, _ := strings.Cut(key, ".")
			for _, ph := range template.Placeholders() {
				if name := secretOf(p, ph.Name); name != "" {
					ways[kind+" "+part], ways[kind+" "+name], ways[part+" "+name] = true, true, true
				}
			}
		})
		for name := range s.Read {
			if name := secretOf(p, name); name != "" {
				ways[kind+" reads "+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ways))
}

// secretOf returns the name of a hidden value, "" for other values. All secret inputs share
// one name, and so do all secrets with a vendor's own name.
func secretOf(p *profile.Profile, name string) string {
	in, input := p.Inputs[name]
	switch {
	case input && in.Secret:
		return "input"
	case input:
		return ""
	case slices.Contains([]string{"code", "code_verifier", "access_token", "refresh_token", "id_token", profile.AppToken, "state", "nonce"}, name):
		return name
	case profile.IsSecretName(name):
		return "own"
	}
	return ""
}

func TestCovering(t *testing.T) {
	features := map[string][]string{"a": {"1"}, "b": {"1", "2"}, "c": {"2", "3", "4"}, "d": {"3", "4"}, "e": nil}
	var all []*profile.Profile
	for _, name := range slices.Sorted(maps.Keys(features)) {
		all = append(all, &profile.Profile{Name: name})
	}
	var got []string
	for _, p := range profiletest.Covering(all, func(p *profile.Profile) []string { return slices.Clone(features[p.Name]) }) {
		got = append(got, p.Name)
	}
	if diff := cmp.Diff([]string{"c", "a"}, got); diff != "" {
		t.Error(diff)
	}
}
