package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/lipgloss/table"
	"github.com/muesli/termenv"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Table is rows below a head. On a terminal it has a rounded border and a bold head, and
// cells wrap if they do not fit. In pipes and files it is plain columns, two spaces apart.
// Columns align by display width. Control characters in cells are escaped with
// [printable.Text].
type Table struct {
	Head []lang.Text // may be nil
	Rows [][]string  // may differ in length
}

func (t *Table) write(b *bytes.Buffer, o Options) {
	columns := len(t.Head)
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	if columns == 0 {
		return
	}
	all := make([][]string, 0, len(t.Rows)+1)
	if len(t.Head) > 0 {
		head := make([]string, len(t.Head))
		for i, text := range t.Head {
			head[i] = text.In(o.Lang)
		}
		all = append(all, cells(head, columns))
	}
	for _, row := range t.Rows {
		all = append(all, cells(row, columns))
	}
	if o.Width == 0 {
		plainTable(b, all, columns)
		return
	}
	b.WriteString(styledTable(all, len(t.Head) > 0, o.Width))
	b.WriteByte('\n')
}

// cells returns n cells: those of row, made printable, and then empty ones.
func cells(row []string, n int) []string {
	out := make([]string, n)
	for i, cell := range row {
		out[i] = printable.Text(cell)
	}
	return out
}

func plainTable(b *bytes.Buffer, rows [][]string, columns int) {
	widths := make([]int, columns)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < columns-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-lipgloss.Width(cell)+2))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
}

func styledTable(rows [][]string, header bool, width int) string {
	// Setting the profile and the background stops lipgloss from querying the terminal and
	// the environment. The colours suit light and dark backgrounds: the default colour for
	// text, and grey for the border.
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(termenv.ANSI))
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true)
	cell := r.NewStyle().Padding(0, 1)
	head := cell.Bold(true)
	t := table.New().
		Border(lipgloss.RoundedBorder()).
		BorderStyle(r.NewStyle().Foreground(lipgloss.ANSIColor(8))).
		StyleFunc(func(row, _ int) lipgloss.Style {
			if row == table.HeaderRow {
				return head
			}
			return cell
		})
	if header {
		t.Headers(rows[0]...)
		rows = rows[1:]
	}
	out := t.Rows(rows...).Render()
	if lipgloss.Width(out) > width { // Width would stretch a narrower table
		out = t.Width(width).Render()
	}
	return out
}
