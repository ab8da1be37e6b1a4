package profile

import (
	"slices"
	"strconv"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Also is another request that the vendor accepts for a step, and its response if that
// differs.
type Also struct {
	recipe.Recipe
	Again          string          `toml:"again"` // as in Step; tokens of this request are independent of the others
	Example        recipe.Template `toml:"example"`
	RefusalExample recipe.Template `toml:"refusal_example"`
}

// Alternatives returns the other requests that the vendor accepts for the step. What an entry
// of Also leaves out is taken from the request of the step.
func (s *Step) Alternatives() []Also {
	out := slices.Clone(s.Also)
	for i := range out {
		out[i].Recipe = out[i].Over(s.Recipe)
	}
	return out
}

// alternatives checks the other requests that the vendor accepts for the step.
func (l *linter) alternatives(s *Step) {
	for i, also := range s.Also {
		l.within = s.at("also", strconv.Itoa(i))
		if also.Yields != nil {
			l.errorf(s.at("yields"), lang.Text{EN: "not allowed in another request for the same step", ZH: "同一步骤的其他请求不能有 yields"})
		}
		also.Makes = s.Makes
		l.request(&Step{Recipe: also.Recipe, Name: s.Name})
		l.again(s, also.Again)
		whole := Step{Recipe: also.Over(s.Recipe), Name: s.Name}
		l.signature(&whole)
		if also.Sign != nil {
			l.usedMakes(&whole)
		}
		for key, t := range map[string]recipe.Template{"example": also.Example, "refusal_example": also.RefusalExample} {
			if t != "" && s.Name == StepAuthorize {
				l.errorf(s.at(key), lang.Text{EN: "not allowed in another request for [authorize]: the redirect is the same", ZH: "[authorize] 的其他请求不能有它：回调是一样的"})
			}
		}
	}
	l.within = nil
}

// placed returns the path of a key of a step. While an alternative request is checked, the
// path is in the table of that request.
func (l *linter) placed(path []string) []string {
	step := max(len(l.within)-2, 0)
	if l.within == nil || len(path) < step || !slices.Equal(path[:step], l.within[:step]) {
		return path
	}
	return slices.Concat(l.within, path[step:])
}
