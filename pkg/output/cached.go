package output

import (
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// Cached lists cached documents, and cached tokens without their values. It lists only those
// of one profile, unless profile is "".
func Cached(tokens []cache.Entry, documents []httpcache.Document, profile string) render.Result {
	table := &render.Table{Head: []lang.Text{
		{EN: "PROFILE", ZH: "接入配置"}, {EN: "ADDRESS", ZH: "地址"}, {EN: "OBTAINED", ZH: "获取时间"}, {EN: "EXPIRES", ZH: "过期时间"},
	}}
	list := map[string][]any{"tokens": {}, "documents": {}}
	add := func(kind, owner, address string, at, until time.Time) {
		if profile != "" && owner != profile {
			return
		}
		got, end := at.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)
		table.Rows = append(table.Rows, []string{owner, address, got, end})
		list[kind] = append(list[kind], map[string]any{"profile": owner, "address": address, "obtained_at": got, "expires_at": end})
	}
	for _, e := range tokens {
		add("tokens", e.Profile, e.Address, e.At, e.ExpiresAt)
	}
	for _, d := range documents {
		add("documents", d.Profile, d.Address, d.At, d.FreshUntil)
	}
	return render.Result{Table: table, Fields: render.Fields{{Name: "tokens", Value: list["tokens"]}, {Name: "documents", Value: list["documents"]}}}
}

// Cleared says how many tokens and documents were dropped from the caches. profile is the
// profile they belonged to; "" if all were dropped.
func Cleared(tokens, documents int, profile string, l lang.Lang) render.Result {
	what := lang.Sprintf(lang.Text{EN: "%s", ZH: "%s令牌"}, lang.Amount(tokens, "token", "个"))
	if documents > 0 {
		what = lang.Sprintf(lang.Text{EN: "%s and %s", ZH: "%s和 %s"}, what, lang.Amount(documents, "document", "份文档"))
	}
	text := lang.Sprintf(lang.Text{EN: "%s dropped", ZH: "已清除 %s"}, what)
	if profile != "" { // name it, because it may come from SSOCTL_PROFILE
		text = lang.Sprintf(lang.Text{EN: "%s of %s dropped", ZH: "已清除 %[2]s 的 %[1]s"}, what, profile)
	}
	return render.Result{Text: text.In(l), Fields: render.Fields{{Name: "dropped", Value: tokens}, {Name: "documents", Value: documents}}}
}
