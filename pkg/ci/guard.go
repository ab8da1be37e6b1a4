package ci

import (
	"io"
	"sync"
)

// Guard is a writer whose text no runner mistakes for a workflow command. A
// runner looks for "::" at the start of a line, after blanks, and for "##[" anywhere. A Guard
// writes a blank between their characters. It is safe for concurrent use.
type Guard struct {
	W io.Writer

	mu          sync.Mutex
	inText      bool // the line has a character that is no blank
	last, last2 byte // the characters before
}

// Write writes p, with the blanks that are needed.
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
		case c > ' ' && c < 0x7f && c != ':': // others may be blanks to a runner
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
