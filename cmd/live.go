package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// live is a block of lines that is drawn over, at the end of what a terminal
// shows. The cursor rests at the start of its last line.
type live struct {
	to            io.Writer
	lines         []string
	columns, rows int
}

// draw replaces the block, on a terminal of this size: what does not fit is cut.
// Where the size has changed, nobody knows where the old block is now, so the
// screen is cleared and above, which then went with it, comes first.
func (b *live) draw(lines []string, columns, rows int, above string) {
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
	_, _ = io.WriteString(b.to, out.String()) // nobody is left to tell
}

// redraw calls draw with mu held, several times a second until ctx ends: for the
// countdown, and for when the terminal is resized.
func redraw(ctx context.Context, mu *sync.Mutex, draw func()) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			mu.Lock()
			draw()
			mu.Unlock()
		}
	}
}

// print puts text, whole lines, above the block.
func (b *live) print(text string) {
	var out strings.Builder
	out.WriteString(b.erased() + text)
	writeBlock(&out, b.lines)
	_, _ = io.WriteString(b.to, out.String())
}

// end leaves the block where it is, and the cursor below.
func (b *live) end() {
	if len(b.lines) > 0 {
		_, _ = io.WriteString(b.to, "\n")
	}
	b.lines = nil
}

// erased is what takes the block off the terminal.
func (b *live) erased() string {
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

// moved moves the cursor n lines up (A) or down (B); for 0 a terminal would move it
// by one.
func moved(n int, direction byte) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%d%c", n, direction)
}
