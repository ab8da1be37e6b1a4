package profiletext

import (
	"io"
	"maps"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// Comparison shows how two profiles differ.
type Comparison struct {
	Profiles [2]*profile.Profile
	Lang     lang.Lang
	Out      io.Writer // where the text will be printed, which decides its width
}

// Text returns each differing member with its two values below it.
func (c Comparison) Text() string {
	found := c.differences()
	if len(found) == 0 {
		return lang.Text{EN: "They do not differ.", ZH: "两者没有差别。"}.In(c.Lang)
	}
	slices.SortStableFunc(found, func(a, b difference) int { return slices.Compare(a.rank(), b.rank()) })
	width := terminal.Widest(c.Profiles[0].Name, c.Profiles[1].Name)
	w := terminal.Prose{Out: c.Out}
	for _, d := range found {
		w.WriteString(d.key + "\n")
		for i, p := range c.Profiles {
			text := "-"
			if m := d.side[i]; m != nil {
				text = memberText(*m) + origin(*m)
			}
			w.Row(2, width, p.Name, text)
		}
	}
	return w.String()
}

// Fields returns the differences for a program, sorted by key.
func (c Comparison) Fields() render.Fields {
	list := []any{}
	for _, d := range c.differences() {
		entry := map[string]any{"key": d.key}
		for i, name := range []string{"a", "b"} {
			if m := d.side[i]; m != nil {
				entry[name], entry[name+"_from"] = memberValue(*m), m.From.String()
			}
		}
		list = append(list, entry)
	}
	return render.Fields{{Name: "a", Value: c.Profiles[0].Name}, {Name: "b", Value: c.Profiles[1].Name}, {Name: "differences", Value: list}}
}

// difference is a member that differs between two profiles, or that only one of them has.
type difference struct {
	key  string
	side [2]*profile.Member // nil if that profile does not have it
}

// whole returns the table that contains a member, and the key that represents the table if
// only one profile has it. The key of a step is url.
func whole(path []string) (table, key string) {
	if step, _, ok := profile.StepOf(path); ok {
		return step.Table(), "url"
	}
	switch {
	case path[0] == "scan":
		return path[0], "sdk"
	case path[0] == "refusals":
		return path[1], "kind"
	}
	return "", ""
}

// differences compares the profiles. The result is sorted by key.
func (c Comparison) differences() []difference {
	var members [2]map[string]profile.Member
	for i, p := range c.Profiles {
		members[i] = map[string]profile.Member{}
		for _, m := range p.Members() {
			members[i][m.Key()] = m
		}
	}
	keys := map[string][]string{}
	var tables [2][]string
	for i, side := range members {
		for key, m := range side {
			keys[key] = m.Path
			table, _ := whole(m.Path)
			tables[i] = append(tables[i], table)
		}
	}
	var out []difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		path := keys[key]
		table, mainKey := whole(path)
		if slices.Contains(tables[0], table) != slices.Contains(tables[1], table) && path[len(path)-1] != mainKey {
			continue
		}
		d := difference{key: key}
		for i, side := range members {
			if m, ok := side[key]; ok {
				d.side[i] = &m
			}
		}
		if d.side[0] == nil || d.side[1] == nil || !equal(d.side[0].Value, d.side[1].Value) {
			out = append(out, d)
		}
	}
	return out
}

// equal compares TOML values. Secrets are compared by their plain text.
func equal(a, b any) bool {
	x, isList := a.([]any)
	y, both := b.([]any)
	if isList && both {
		return slices.EqualFunc(x, y, equal)
	}
	return isList == both && a == b
}

// rank is the position of a difference in the output. The order is that of
// [View.Text]; members that affect neither a request nor a decision come last.
func (d difference) rank() []int {
	const makes, scan, reply, inputs, notOffered, refusals, aside = 99, 100, 101, 102, 103, 104, 105
	path := d.path()
	table, key := path[0], path[len(path)-1]
	switch key {
	case "example", "refusal_example", "source", "guess", "guess_zh":
		return []int{aside}
	}
	switch table {
	case "make":
		return []int{makes}
	case "scan":
		return []int{scan}
	case "reply":
		return []int{reply, slices.Index(stepKeys, path[1])}
	case "not_offered":
		return []int{notOffered}
	case "refusals":
		return []int{refusals}
	case "title", "title_zh", "docs":
		return []int{aside}
	}
	if step, rest, ok := profile.StepOf(path); ok {
		if step.IsOwn() {
			return []int{len(profile.StepNames)}
		}
		return []int{slices.Index(profile.StepNames, step), slices.Index(stepKeys, rest[0])} // method and url are first: their index is -1
	}
	return []int{inputs}
}

// path is the path of the member, taken from a profile that has it.
func (d difference) path() []string {
	if d.side[0] != nil {
		return d.side[0].Path
	}
	return d.side[1].Path
}
