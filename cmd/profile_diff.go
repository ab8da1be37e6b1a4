package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

func (r *root) newProfileDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff A B", Args: arguments(2, 2), ValidArgsFunction: r.profileNames,
		RunE: func(c *cobra.Command, args []string) error { return r.profileDiff(c, args[0], args[1]) },
	}
}

// difference is a member that differs between two profiles, or that only one of them has.
type difference struct {
	key  string
	side [2]*profile.Member // nil if that profile does not have it
}

func (r *root) profileDiff(c *cobra.Command, a, b string) error {
	names := [2]string{a, b}
	var members [2]map[string]profile.Member
	for i, name := range names {
		r.profile = name
		p, err := r.load()
		if err != nil {
			return err
		}
		members[i] = map[string]profile.Member{}
		for _, m := range p.Members() {
			members[i][m.Key()] = m
		}
	}
	found := differences(members)
	list := []any{}
	for _, d := range found {
		entry := map[string]any{"key": d.key}
		for i, name := range []string{"a", "b"} {
			if m := d.side[i]; m != nil {
				entry[name], entry[name+"_from"] = memberValue(*m), m.From.String()
			}
		}
		list = append(list, entry)
	}
	return r.write(c, render.Result{Text: r.diffText(names, found), Fields: render.Fields{
		{Name: "a", Value: a}, {Name: "b", Value: b}, {Name: "differences", Value: list},
	}})
}

// whole returns the table that contains a member, and the key that represents the table if
// only one profile has it. The key of a step is url.
func whole(path []string) (table, key string) {
	switch {
	case slices.Contains(profile.StepNames, path[0]):
		return path[0], "url"
	case path[0] == "scan":
		return path[0], "sdk"
	case path[0] == "refusals":
		return path[1], "kind"
	}
	return "", ""
}

// differences compares two profiles. The result is sorted by key.
func differences(members [2]map[string]profile.Member) []difference {
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
		table, sign := whole(path)
		if slices.Contains(tables[0], table) != slices.Contains(tables[1], table) && path[len(path)-1] != sign {
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
// [root.profileText]; members that affect neither a request nor a decision come last.
func (d difference) rank() []int {
	const scan, reply, inputs, notOffered, refusals, aside = 100, 101, 102, 103, 104, 105
	path := d.path()
	table, key := path[0], path[len(path)-1]
	switch key {
	case "example", "refusal_example", "source", "guess", "guess_zh":
		return []int{aside}
	}
	switch table {
	case "scan":
		return []int{scan}
	case "reply":
		return []int{reply, slices.Index(stepGroups, path[1])}
	case "not_offered":
		return []int{notOffered}
	case "refusals":
		return []int{refusals}
	case "title", "title_zh", "docs":
		return []int{aside}
	}
	if step := slices.Index(profile.StepNames, table); step >= 0 {
		return []int{step, slices.Index(stepGroups, path[1])} // method and url are first: their index is -1
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

// diffText prints each differing member with its two values below it.
func (r *root) diffText(names [2]string, found []difference) string {
	if len(found) == 0 {
		return lang.Text{EN: "They do not differ.", ZH: "两者没有差别。"}.In(r.language())
	}
	found = slices.SortedStableFunc(slices.Values(found), func(a, b difference) int { return slices.Compare(a.rank(), b.rank()) })
	width := max(ansi.StringWidth(names[0]), ansi.StringWidth(names[1]))
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintln(&b, d.key)
		for i, name := range names {
			text := "-"
			if m := d.side[i]; m != nil {
				text = memberText(*m)
				if m.Own {
					text += "  [" + m.From.String() + "]"
				}
			}
			fmt.Fprintf(&b, "  %s%s  %s\n", name, strings.Repeat(" ", width-ansi.StringWidth(name)), terminal.Fit(r.Out, text, width+4))
		}
	}
	return b.String()
}
