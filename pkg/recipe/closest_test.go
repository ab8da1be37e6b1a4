package recipe_test

import (
	"testing"

	"ssoctl/pkg/recipe"
)

func TestClosest(t *testing.T) {
	literal := recipe.Problem{Member: "form.grant_type", Kind: recipe.Differs}
	absent := recipe.Problem{Member: "form.grant_type", Kind: recipe.Missing}
	value := recipe.Problem{Member: "form.code", Placeholder: "code", Kind: recipe.Missing}
	unread := recipe.Problem{Member: "form.more", Kind: recipe.Unread}
	body := recipe.Problem{Member: "body", Kind: recipe.Unread}
	otherType := recipe.Problem{Member: "content-type", Kind: recipe.Differs}
	preference := recipe.Problem{Member: "headers.accept-language", Kind: recipe.Differs}
	type problems []recipe.Problem
	for name, test := range map[string]struct {
		candidates []problems
		want, read int // index of the best, and how many are read
	}{
		"none":                             {nil, -1, 0},
		"one with problems":                {[]problems{{literal, literal}}, 0, 1},
		"a wrong literal weighs more":      {[]problems{{literal}, {value, value}}, 1, 2},
		"so does an unread member":         {[]problems{{unread}, {value, absent}}, 1, 2},
		"both weigh the same":              {[]problems{{unread, unread}, {literal}}, 1, 2},
		"an unread body weighs most":       {[]problems{{body}, {unread, unread, literal}}, 1, 2},
		"so does a body of another type":   {[]problems{{otherType}, {unread, literal, value}}, 1, 2},
		"fewer problems, equal literals":   {[]problems{{literal, value}, {literal}}, 1, 2},
		"the first of equals":              {[]problems{{value}, {absent}, {preference}}, 0, 3},
		"preferences weigh less":           {[]problems{{literal}, {preference, preference}}, 1, 2},
		"no candidate after a perfect fit": {[]problems{{value}, {}, {}}, 1, 2},
	} {
		read := 0
		got, seen := recipe.Closest(func(yield func(int, recipe.Seen) bool) {
			for i, p := range test.candidates {
				read++
				if !yield(i+1, recipe.Seen{Problems: p}) {
					return
				}
			}
		})
		if got-1 != test.want || read != test.read || got > 0 && len(seen.Problems) != len(test.candidates[got-1]) {
			t.Errorf("%s: got candidate %d with %d problems after %d were read, want %d after %d", name, got-1, len(seen.Problems), read, test.want, test.read)
		}
	}
}
