package terminal

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Prose is a text for a person while it is written. Its lines fit the width of Out, if that
// is a terminal.
type Prose struct {
	strings.Builder
	Out io.Writer
}

// Line writes a line and indents it, also where it wraps.
func (p *Prose) Line(indent int, text string) {
	p.WriteString(strings.Repeat(" ", indent) + Fit(p.Out, text, indent) + "\n")
}

// Row writes an indented label, and a text in a column beside it. The label's column is
// width columns wide, or as wide as the label.
func (p *Prose) Row(indent, width int, label, text string) {
	label = strings.Repeat(" ", indent) + Pad(label, width) + "  "
	p.WriteString(label + Fit(p.Out, text, ansi.StringWidth(label)) + "\n")
}

// Pad fills text with spaces to a number of columns.
func Pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-ansi.StringWidth(text)))
}

// Widest returns the columns of the widest text.
func Widest(texts ...string) (columns int) {
	for _, text := range texts {
		columns = max(columns, ansi.StringWidth(text))
	}
	return columns
}
