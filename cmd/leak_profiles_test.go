package cmd_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// tellingProfiles returns few of the built-in profiles in which every value travels in every
// way in which it does in any of them: the profile with the most ways that the others so far
// lack, again and again.
func tellingProfiles(t *testing.T) (out []*profile.Profile) {
	t.Helper()
	seen := map[string]bool{}
	for {
		var best *profile.Profile
		var most []string
		for _, p := range usableProfiles(t) {
			left := slices.DeleteFunc(waysOf(p), func(way string) bool { return seen[way] })
			if len(left) > len(most) {
				best, most = p, left
			}
		}
		if best == nil {
			return out
		}
		out = append(out, best)
		for _, way := range most {
			seen[way] = true
		}
	}
}

// waysOf returns how values that are not to be shown travel: the kind of step, the part of
// the request, and the name of the value.
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
				if in, input := p.Inputs[ph.Name]; !input || in.Secret {
					ways[kind+" "+part+" "+ph.Name] = true
				}
			}
		})
		for name := range s.Read {
			if profile.IsSecretName(name) {
				ways[kind+" reads "+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ways))
}
