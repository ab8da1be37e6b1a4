package terminal

import (
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/printable"
)

// mostHeld is how many lines a [Log] holds.
const mostHeld = 5

// Log is a writer that prints on a console each line that is written to it, or holds the last
// ones. It is safe for concurrent use.
type Log struct {
	Console Console
	Hold    bool // print nothing

	mu   sync.Mutex
	held []string
}

// Write implements [io.Writer]. The text is a line.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := printable.Text(strings.TrimSuffix(string(line), "\n"))
	if l.Hold {
		l.held = append(l.held, text)
		l.held = slices.Clone(l.held[max(0, len(l.held)-mostHeld):])
	} else {
		l.Console.Printf("%s", text)
	}
	return len(line), nil
}

// Lines returns the lines that are held.
func (l *Log) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}
