package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// listOptions is what profile list needs.
type listOptions struct {
	out  *printer
	conf *config
}

func newProfileList(p *parts) *cobra.Command {
	o := listOptions{out: p.out, conf: p.conf}
	return &cobra.Command{
		Use:  "list [WORD…]",
		RunE: func(c *cobra.Command, words []string) error { return o.profileList(c, words) },
	}
}

func (o *listOptions) profileList(c *cobra.Command, words []string) error {
	src, err := o.conf.sources()
	if err != nil {
		return err
	}
	all, err := profile.LoadWithSteps(src.Names(), src)
	if err != nil {
		return err
	}
	found := profile.Matching(all, words)
	if len(found) == 0 {
		return profile.NoMatch(all, words)
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
		rows = append(rows, []string{p.Name, o.out.in(p.TitleText()), strings.Join(stepNames(p), " "), o.out.in(from)})
		entry := map[string]any{"name": p.Name, "title": p.Title, "steps": render.List(stepNames(p)), "own": src.IsOwn(p.Name)}
		if p.TitleZH != "" {
			entry["title_zh"] = p.TitleZH
		}
		list = append(list, entry)
	}
	return o.out.writeTable(c, profileHead, rows, render.Fields{{Name: "profiles", Value: list}})
}

var profileHead = []lang.Text{
	{EN: "PROFILE", ZH: "名称"}, {EN: "TITLE", ZH: "标题"}, {EN: "STEPS", ZH: "步骤"}, {EN: "FROM", ZH: "来源"},
}
