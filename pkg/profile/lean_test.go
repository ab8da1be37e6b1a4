package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/profiles"
)

// TestLean checks that a lean profile has the same steps, refusals, inputs and values.
func TestLean(t *testing.T) {
	t.Parallel()
	src := profile.Sources{Builtin: profiles.FS}
	all, err := profile.LoadWithSteps(src.BuiltinNames(), src)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		lean := p.Lean()
		type face struct {
			Steps    []*profile.Step
			Refusals []profile.Refusal
			Inputs   []string
			Values   recipe.Values
			Err      string
		}
		look := func(p *profile.Profile) face {
			f := face{Steps: p.Steps(), Refusals: p.Refusals, Inputs: p.InputNames()}
			var names []recipe.Placeholder
			for _, name := range f.Inputs {
				names = append(names, recipe.Placeholder{Name: name, Optional: true})
			}
			if f.Values, err = p.Values(names, reference.Resolver{}); err != nil {
				f.Err = err.Error()
			}
			return f
		}
		if diff := cmp.Diff(look(p), look(lean), cmp.Comparer(func(a, b *profile.Step) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
	}
}
