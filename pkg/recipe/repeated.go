package recipe

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// repeatedIn returns the repeated members of a group, by name.
func (r Recipe) repeatedIn(group string) map[string][]Template {
	var out map[string][]Template
	for key, list := range r.Repeated {
		if name, ok := strings.CutPrefix(key, group+"."); ok {
			if out == nil {
				out = map[string][]Template{}
			}
			out[name] = list
		}
	}
	return out
}

// repeatedOver returns the repeated members for [Recipe.Over]: those of r, and those of base
// in the groups that r does not replace.
func (r Recipe) repeatedOver(base Recipe) map[string][]Template {
	replaced := map[string]bool{"query": r.Query != nil, "form": r.Form != nil || r.JSON != nil}
	out := maps.Clone(base.Repeated)
	maps.DeleteFunc(out, func(key string, _ []Template) bool {
		group, _, _ := strings.Cut(key, ".")
		return replaced[group]
	})
	if out == nil {
		return r.Repeated
	}
	maps.Copy(out, r.Repeated)
	return out
}

// eachRepeated calls f for each template of the repeated members of a group.
func (r Recipe) eachRepeated(group string, f func(key string, t Template)) {
	lists := r.repeatedIn(group)
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		for _, t := range lists[name] {
			f(group+"."+name, t)
		}
	}
}

// repeat adds repeated members to those of a group. A value whose placeholder has no value
// is left out.
func (b *builder) repeat(members url.Values, lists map[string][]Template) url.Values {
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		for _, t := range lists[name] {
			if text, ok := b.expand(t); ok {
				members.Add(name, text)
			}
		}
	}
	return members
}

// withRepeated adds repeated members to those that a request must contain.
func withRepeated(group string, members []wanted, lists map[string][]Template) []wanted {
	for name, list := range lists {
		w := wanted{name: name, member: group + "." + name}
		for _, t := range list {
			w.list = append(w.list, t.parts())
		}
		members = slices.DeleteFunc(members, func(other wanted) bool { return other.name == name })
		members = append(members, w)
	}
	slices.SortFunc(members, func(a, b wanted) int { return strings.Compare(a.name, b.name) })
	return members
}

// list compares the values of a repeated member, in order. If there are fewer values than
// templates, the first optional ones count as missing.
func (rd *reader) list(member string, want []parts, got []string) {
	missing := len(want) - len(got)
	required := 0
	for _, ps := range want {
		if !ps.isOptional() {
			required++
		}
	}
	if len(got) > 0 && (missing < 0 || len(got) < required) {
		rd.worded(member, "", Malformed, valueCount(len(want)), valueCount(len(got)))
		return
	}
	for _, ps := range want {
		if len(got) == 0 || missing > 0 && ps.isOptional() {
			rd.absent(member, ps)
			missing--
			continue
		}
		rd.text(member, ps, got[0])
		got = got[1:]
	}
}

// isOptional reports whether the parts have placeholders, and all of them are optional.
func (ps parts) isOptional() bool {
	all := ps.placeholders()
	return len(all) > 0 && !slices.ContainsFunc(all, func(p Placeholder) bool { return !p.Optional })
}
