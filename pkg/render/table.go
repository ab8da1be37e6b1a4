package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/lipgloss/table"
	"github.com/muesli/termenv"

	"ssoctl/pkg/printable"
)

// Table writes a header and rows, with a single call of w.Write. If width is not 0, it is
// the width of the terminal in columns: the table has a rounded border and a bold header,
// and cells wrap if they do not fit. Width 0 is for pipes and files: plain columns, two
// spaces apart. Columns align by display width. Control characters in cells are escaped
// with [printable.Text]. Rows may differ in length, and header may be nil.
func Table(w io.Writer, header []string, rows [][]string, width int) error {
	columns := len(header)
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	if columns == 0 {
		return nil
	}
	all := make([][]string, 0, len(rows)+1)
	if len(header) > 0 {
		all = append(all, cells(header, columns))
	}
	for _, row := range rows {
		all = append(all, cells(row, columns))
	}
	var b bytes.Buffer
	if width > 0 {
		b.WriteString(styledTable(all, len(header) > 0, width))
		b.WriteByte('\n')
	} else {
		plainTable(&b, all, columns)
	}
	_, err := w.Write(b.Bytes())
	return err
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
