package emulator

import (
	"cmp"
	"slices"

	"ssoctl/pkg/recipe"
)

// withVariants returns a step and its variants, which are the other requests for it that the
// profile lists or the standards allow. A variant that narrows another comes before it,
// because the first that fits a request serves it.
func (v *vendor) withVariants(s *step) []*step {
	out := []*step{s}
	add := func(variant *step) {
		at := slices.IndexFunc(out, func(wider *step) bool { return narrows(variant.Recipe, wider.Recipe) })
		if at < 0 {
			at = len(out)
		}
		out = slices.Insert(out, at, variant)
	}
	for _, also := range s.Alternatives() {
		variant := *s
		variant.Recipe, variant.Again, variant.variantOf = also.Recipe, also.Again, s
		variant.Example = cmp.Or(also.Example, s.Example)
		variant.reply.RefusalExample = cmp.Or(also.RefusalExample, s.reply.RefusalExample)
		add(&variant)
	}
	for _, r := range v.standard(s) {
		variant := *s
		variant.Recipe, variant.variantOf = r, s
		add(&variant)
	}
	return out
}

// narrows reports whether every request that fits r also fits wider. r must differ from
// wider, but only in literal text where wider has a placeholder, or in an address where wider
// has one placeholder.
func narrows(r, wider recipe.Recipe) bool {
	if r.Method != wider.Method {
		return false
	}
	members := map[string]recipe.Template{}
	wider.EachTemplate(func(key string, t recipe.Template) { members[key] = t })
	narrower, same := false, true
	r.EachTemplate(func(key string, t recipe.Template) {
		other, has := members[key]
		delete(members, key)
		if !has || t != other {
			_, alone := other.Only()
			narrower = true
			same = same && alone && (key == "url" || len(t.Placeholders()) == 0)
		}
	})
	return narrower && same && len(members) == 0
}
