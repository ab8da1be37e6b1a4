package contract

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/terminal"
)

// Page lists all members for a person, in lines of at most columns.
func Page(l lang.Lang, columns int) string {
	var b strings.Builder
	paragraph := func(t lang.Text) { b.WriteString(terminal.Wrap(t.In(l), columns) + "\n\n") }
	paragraph(lang.Text{
		EN: "With -o json, a command prints one JSON object with these members. One without * is present only if its value is known. Names never change their meaning. -o env and the formats for CI have the same members, without raw and extra: docs/output.md. As JSON Schema: ssoctl help output -o json",
		ZH: "加 -o json 时，命令输出一个 JSON 对象，含以下字段。没有 * 的字段只在值已知时出现。字段名的含义不会改变。-o env 和 CI 格式含同样的字段，但没有 raw 和 extra，见 docs/output.md。JSON Schema：ssoctl help output -o json",
	})
	for _, r := range Results() {
		b.WriteString(heading(r.Name) + "\n")
		rows(&b, r.Members, l, columns, 2)
		b.WriteByte('\n')
	}
	paragraph(lang.Text{EN: "An error is a line of JSON on stderr, with the member error:", ZH: "出错时，stderr 上有一行 JSON，其 error 字段含："})
	rows(&b, Error().Members, l, columns, 2)
	return b.String()
}

// heading returns the command line of a result.
func heading(name string) string {
	if strings.HasPrefix(name, "-") {
		return name
	}
	return "ssoctl " + name
}

// rows writes an indented line for each member, with nested members below it.
func rows(b *strings.Builder, members []Member, l lang.Lang, columns, indent int) {
	const nameWidth, typeWidth = 28, 16
	for _, m := range members {
		name := m.Name
		if m.Always {
			name += " *"
		}
		line := strings.Repeat(" ", indent) + terminal.Pad(name, nameWidth-indent) + terminal.Pad(string(m.Type), typeWidth)
		about := Meaning(m.Name).In(l)
		for i, part := range strings.Split(terminal.Wrap(about, columns-nameWidth-typeWidth), "\n") {
			if i > 0 {
				line = strings.Repeat(" ", nameWidth+typeWidth)
			}
			b.WriteString(strings.TrimRight(line+part, " ") + "\n")
		}
		if m.Name != "token" && m.Name != "user" { // their members are listed above
			rows(b, m.Members, l, columns, indent+2)
		}
	}
}
