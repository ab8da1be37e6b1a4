package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
)

// styles removes the escape sequences for bold, grey and reset.
var styles = strings.NewReplacer("\x1b[1m", "", "\x1b[90m", "", "\x1b[0m", "")

func TestTable(t *testing.T) {
	header := []string{"profile", "who", "result"}
	rows := [][]string{
		{"crm", "张三", "ok"},
		{"a-longer-name", "x\x1b[31m\n", ""},
		{"short"},
		{"😀", "y", "z", "more"},
	}
	for _, test := range []struct {
		name   string
		header []string
		rows   [][]string
		width  int
		want   string
	}{
		{"plain", header, rows, 0, `
profile        who          result
crm            张三         ok
a-longer-name  x\x1b[31m\n
short
😀             y            z       more
`},
		{"no header", nil, rows[:1], 0, "\ncrm  张三  ok\n"},
		{"no rows", header, nil, 0, "\nprofile  who  result\n"},
		{"nothing", nil, nil, 0, ""},
		{"nothing, styled", nil, nil, 80, ""},
		{"styled", header, rows, 80, `
╭───────────────┬─────────────┬────────┬──────╮
│ profile       │ who         │ result │      │
├───────────────┼─────────────┼────────┼──────┤
│ crm           │ 张三        │ ok     │      │
│ a-longer-name │ x\x1b[31m\n │        │      │
│ short         │             │        │      │
│ 😀            │ y           │ z      │ more │
╰───────────────┴─────────────┴────────┴──────╯
`},
		{"styled, no header", nil, rows[:1], 80, `
╭─────┬──────┬────╮
│ crm │ 张三 │ ok │
╰─────┴──────┴────╯
`},
		{"styled, too narrow for one line", header[:2], [][]string{{"crm", "zhangsan and lisi"}}, 24, `
╭─────────┬────────────╮
│ profile │ who        │
├─────────┼────────────┤
│ crm     │ zhangsan   │
│         │ and lisi   │
╰─────────┴────────────╯
`},
		{"styled, no rows", header[:1], nil, 80, `
╭─────────╮
│ profile │
├─────────┤
╰─────────╯
`},
	} {
		var w onceWriter
		var head []lang.Text
		for _, name := range test.header {
			head = append(head, lang.Text{EN: name})
		}
		err := Write(t.Context(), &w, Result{Table: &Table{Head: head, Rows: test.rows}}, Options{Format: Text, Width: test.width})
		if err != nil || w.calls > 1 {
			t.Errorf("%s: %v, %d writes", test.name, err, w.calls)
		}
		got := w.String()
		if test.width > 0 {
			got = styles.Replace(got)
		}
		if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", test.name, diff, got)
		}
	}
}

// A styled table contains only escape sequences for a bold header and a grey border, whatever
// the environment is.
func TestTableStyles(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("TERM", "dumb")
	var w onceWriter
	table := &Table{Head: []lang.Text{{EN: "profile"}}, Rows: [][]string{{"crm"}}}
	if err := Write(t.Context(), &w, Result{Table: table}, Options{Format: Text, Width: 80}); err != nil {
		t.Fatal(err)
	}
	got := w.String()
	if !strings.Contains(got, "\x1b[1mprofile\x1b[0m") || !strings.Contains(got, "\x1b[90m│\x1b[0m crm ") {
		t.Errorf("%q", got)
	}
	if rest := styles.Replace(got); strings.Contains(rest, "\x1b") {
		t.Errorf("%q", rest)
	}
}
