package terminal

import (
	"bytes"
	"io"
	"sync"
)

// Held is a writer that buffers while something is redrawn in place, because other output
// would disturb the drawing. On nil, hold and release do nothing.
type Held struct {
	w       io.Writer
	mu      sync.Mutex
	drawing bool
	kept    bytes.Buffer
}

// NewHeld returns a writer to w that is not held yet.
func NewHeld(w io.Writer) *Held { return &Held{w: w} }

func (h *Held) Write(text []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.drawing {
		return h.kept.Write(text)
	}
	return h.w.Write(text)
}

// hold makes Write buffer until release.
func (h *Held) hold() { h.set(true) }

// release writes what was buffered.
func (h *Held) release() { h.set(false) }

func (h *Held) set(drawing bool) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.drawing = drawing; !drawing {
		h.kept.WriteTo(h.w) // an error on stderr cannot be reported
	}
}
