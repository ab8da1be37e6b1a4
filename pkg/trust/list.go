package trust

import (
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// Fields returns the record for programs (docs/output.md).
func (r Record) Fields() render.Fields {
	return render.Fields{{Name: "path", Value: r.Path}, {Name: "sha256", Value: r.Sum}, {Name: "trusted_at", Value: r.At.Format(time.RFC3339)}}
}

// List lists records.
func List(records []Record) render.Result {
	const digits = 12 // of a sum, enough to compare
	table := &render.Table{Head: []lang.Text{{EN: "FILE", ZH: "文件"}, {EN: "TRUSTED", ZH: "信任时间"}, {EN: "CONTENT", ZH: "内容摘要"}}}
	list := []any{}
	for _, r := range records {
		table.Rows = append(table.Rows, []string{r.Path, r.At.Format(time.RFC3339), r.Sum[:digits]})
		entry := map[string]any{}
		for _, f := range r.Fields() {
			entry[f.Name] = f.Value
		}
		list = append(list, entry)
	}
	return render.Result{Table: table, Fields: render.Fields{{Name: "trusted", Value: list}}}
}
