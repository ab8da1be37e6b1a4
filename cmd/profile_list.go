package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

func (r *root) newProfileList() *cobra.Command {
	return &cobra.Command{
		Use:  "list [WORD…]",
		RunE: func(c *cobra.Command, words []string) error { return r.profileList(c, words) },
	}
}

func (r *root) profileList(c *cobra.Command, words []string) error {
	src, err := r.sources()
	if err != nil {
		return err
	}
	all, err := usable(src)
	if err != nil {
		return err
	}
	found := withWords(all, words)
	if len(found) == 0 {
		return noneHas(all, words)
	}
	var rows [][]string
	var list []any
	for _, p := range found {
		from := lang.Text{EN: "built-in", ZH: "内置"}
		if src.IsOwn(p.Name) {
			from = lang.Text{EN: "own", ZH: "自定义"}
			if len(p.Extends) > 0 {
				from = lang.Text{EN: "own, extends " + p.Extends[0], ZH: "自定义，继承 " + p.Extends[0]}
			}
		}
		rows = append(rows, []string{p.Name, r.in(p.TitleText()), strings.Join(stepNames(p), " "), r.in(from)})
		entry := map[string]any{"name": p.Name, "title": p.Title, "steps": anySlice(stepNames(p)), "own": src.IsOwn(p.Name)}
		if p.TitleZH != "" {
			entry["title_zh"] = p.TitleZH
		}
		list = append(list, entry)
	}
	return r.writeTable(c, profileHead, rows, render.Fields{{Name: "profiles", Value: list}})
}

var profileHead = []lang.Text{
	{EN: "PROFILE", ZH: "名称"}, {EN: "TITLE", ZH: "标题"}, {EN: "STEPS", ZH: "步骤"}, {EN: "FROM", ZH: "来源"},
}

// withWords returns the profiles whose name and titles together contain every word, in
// any case.
func withWords(all []*profile.Profile, words []string) []*profile.Profile {
	var out []*profile.Profile
	for _, p := range all {
		text := strings.ToLower(p.Name + "\n" + p.Title + "\n" + p.TitleZH)
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) }) {
			out = append(out, p)
		}
	}
	return out
}

// noneHas is the error of a search that finds nothing. It suggests a similar name or word of
// a title.
func noneHas(all []*profile.Profile, words []string) error {
	var known []string
	for _, p := range all {
		known = append(known, p.Name)
		known = append(known, strings.Fields(strings.ToLower(p.Title))...)
	}
	var like []string
	for _, word := range words {
		if len(withWords(all, []string{word})) > 0 || !isASCII(word) { // short Chinese words are all similar by edit distance
			continue
		}
		if near := profile.Nearest(strings.ToLower(word), known); near != "" {
			like = append(like, near)
			break
		}
	}
	problem := lang.Text{EN: "no profile matches %s%s", ZH: "没有接入配置与 %s 相符%s"}
	return &failure.UsageError{Problem: lang.Sprintf(problem, strings.Join(words, " "), didYouMean(like...)), Advice: lang.Text{
		EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的接入配置：ssoctl profile list",
	}}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > 127 })
}
