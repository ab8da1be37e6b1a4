package demo

import (
	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/render"
)

// Result lists logins.
func Result(logins []Login, l lang.Lang) render.Result {
	const widest = 48 // columns of a user
	table := &render.Table{Head: []lang.Text{{EN: "PROFILE", ZH: "接入配置"}, {EN: "LOGIN", ZH: "登录方式"}, {EN: "WHO", ZH: "用户"}, {EN: "TOOK", ZH: "用时"}}}
	var list []any
	for _, login := range logins {
		row := map[string]any{"profile": login.Profile, "login": string(login.Kind), "took": login.Took.String()}
		if login.User != nil {
			row["subject"], row["name"] = login.User.Subject, login.User.Name
		}
		table.Rows = append(table.Rows, []string{login.Profile, login.Kind.Text().In(l), ansi.Truncate(output.Who(login.User), widest, "…"), login.Took.String()})
		list = append(list, row)
	}
	return render.Result{Table: table, Fields: render.Fields{{Name: "logins", Value: list}}}
}
