package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// block is the lines at the end of a terminal's output. Between calls the cursor is at the
// start of the last line.
type block struct {
	to            io.Writer
	lines         []string
	columns, rows int
}

// draw replaces the block, on a terminal of this size. Lines that do not fit are cut. If
// the size has changed, the position of the old block is unknown, so draw clears the
// screen and prints above again, before the block.
func (b *block) draw(lines []string, columns, rows int, above string) {
	lines = lines[:min(len(lines), rows)]
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, columns, "…")
	}
	var out strings.Builder
	switch resized := columns != b.columns || rows != b.rows; {
	case resized && b.columns > 0:
		out.WriteString("\x1b[H\x1b[2J" + above)
		writeBlock(&out, lines)
	case len(lines) != len(b.lines):
		out.WriteString(b.erased())
		writeBlock(&out, lines)
	default:
		for i, line := range lines {
			if line != b.lines[i] {
				up := len(lines) - 1 - i
				fmt.Fprintf(&out, "%s\x1b[K%s%s\r", moved(up, 'A'), line, moved(up, 'B'))
			}
		}
	}
	b.lines, b.columns, b.rows = lines, columns, rows
	_, _ = io.WriteString(b.to, out.String()) // an error on stderr cannot be reported
}

// print prints text, which is whole lines, above the block.
func (b *block) print(text string) {
	var out strings.Builder
	out.WriteString(b.erased() + text)
	writeBlock(&out, b.lines)
	_, _ = io.WriteString(b.to, out.String())
}

// erased returns the escape sequence that erases the block.
func (b *block) erased() string {
	if len(b.lines) == 0 {
		return ""
	}
	return "\r" + moved(len(b.lines)-1, 'A') + "\x1b[J"
}

func writeBlock(out *strings.Builder, lines []string) {
	if len(lines) == 0 {
		return
	}
	out.WriteString(strings.Join(lines, "\n"))
	out.WriteByte('\r')
}

// moved returns the escape sequence that moves the cursor n lines up (A) or down (B). It
// is empty for 0, which terminals read as 1.
func moved(n int, direction byte) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%d%c", n, direction)
}
