package profiletext

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// List lists profiles with their steps, and says which of them are the user's own.
func List(profiles []*profile.Profile, src profile.Sources, l lang.Lang) render.Result {
	table := &render.Table{Head: []lang.Text{
		{EN: "PROFILE", ZH: "名称"}, {EN: "TITLE", ZH: "标题"}, {EN: "STEPS", ZH: "步骤"}, {EN: "FROM", ZH: "来源"},
	}}
	var list []any
	for _, p := range profiles {
		steps, own := stepNames(p), src.IsOwn(p.Name)
		table.Rows = append(table.Rows, []string{p.Name, p.TitleText().In(l), strings.Join(steps, " "), madeBy(p, own).In(l)})
		entry := map[string]any{"name": p.Name, "title": p.Title, "steps": render.List(steps), "own": own}
		if p.TitleZH != "" {
			entry["title_zh"] = p.TitleZH
		}
		list = append(list, entry)
	}
	return render.Result{Table: table, Fields: render.Fields{{Name: "profiles", Value: list}}}
}

func madeBy(p *profile.Profile, own bool) lang.Text {
	switch {
	case !own:
		return lang.Text{EN: "built-in", ZH: "内置"}
	case len(p.Extends) > 0:
		return lang.Text{EN: "own, extends " + p.Extends[0], ZH: "自定义，继承 " + p.Extends[0]}
	}
	return lang.Text{EN: "own", ZH: "自定义"}
}

// stepNames returns the names of a profile's steps, and "scan" after one with a QR code.
func stepNames(p *profile.Profile) []string {
	var names []string
	for _, s := range p.Steps() {
		names = append(names, string(s.Name))
		if s.Scan {
			names = append(names, "scan")
		}
	}
	return names
}
