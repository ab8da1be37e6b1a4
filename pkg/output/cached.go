package output

import (
	"time"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// Cached lists cached tokens, without showing them, and documents. profile is the one that
// they have to belong to; "" for any.
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
