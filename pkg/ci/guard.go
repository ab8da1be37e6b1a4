package ci

import (
	"io"
	"sync"
)

// Guard is a writer that keeps a runner from taking text for a workflow command. A runner
// looks for "::" at the start of a line, after any blanks, and for "##[" anywhere. A Guard
// inserts a blank between these characters. It is safe for concurrent use.
type Guard struct {
	W io.Writer

	mu          sync.Mutex
	inText      bool // the line has a character other than a blank or a colon
	last, last2 byte // the previous two characters
}

// Write writes p, with blanks inserted where needed.
func (g *Guard) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]byte, 0, len(p))
	for _, c := range p {
		switch {
		case c == '\n' || c == '\r':
			g.inText = false
		case c == ':' && g.last == ':' && !g.inText, c == '[' && g.last == '#' && g.last2 == '#':
			out = append(out, ' ')
			g.inText = true
		case c > ' ' && c < 0x7f && c != ':': // a runner may take other characters for blanks
			g.inText = true
		}
		out = append(out, c)
		g.last2, g.last = g.last, c
	}
	if _, err := g.W.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Unwrap returns W.
func (g *Guard) Unwrap() io.Writer { return g.W }
