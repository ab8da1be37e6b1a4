package terminal

import (
	"context"
	"io"
	"sync"
	"time"
)

// Drawing is what a [Live] area shows. Its methods are not called concurrently.
type Drawing interface {
	// Lines returns what a terminal of this size shows; none means that nothing is drawn
	// yet.
	Lines(columns, rows int) []string
	// Above returns the text, of whole lines, to print again above the area after the screen
	// was cleared because its size changed.
	Above() string
}

// Live is an area at the end of a terminal's output that is redrawn in place: five times a
// second, so that countdowns run and a resized terminal is redrawn, and after each
// [Live.Update]. It is safe for concurrent use.
type Live struct {
	console   Console
	drawing   Drawing
	stop      context.CancelFunc
	redrawing sync.WaitGroup

	mu    sync.Mutex // held during Update, and while drawing
	block block
}

// Live starts a live area, until [Live.Close] or [Live.Erase]. It draws nothing if nothing
// can be redrawn or the console is quiet.
func (c Console) Live(d Drawing) *Live {
	if _, _, drawable := c.Size(); drawable {
		c.Held.hold()
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &Live{console: c, drawing: d, stop: stop, block: block{to: c.W}}
	l.redrawing.Go(func() { l.redraw(ctx) })
	return l
}

func (l *Live) redraw(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.Update(func() {})
		}
	}
}

// Update calls change, which may change what the drawing shows, and redraws the area.
// change must not call methods of l.
func (l *Live) Update(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	columns, rows, drawable := l.console.Size()
	if !drawable || l.console.Quiet {
		return
	}
	if lines := l.drawing.Lines(columns, rows); len(lines) > 0 {
		l.block.draw(lines, columns, rows, l.drawing.Above())
	}
}

// Print prints text, which is whole lines, above the area.
func (l *Live) Print(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.block.print(text)
}

// Close stops the redrawing, leaves the last drawing on the screen and puts the cursor below
// it.
func (l *Live) Close() { l.end(func() string { return "\n" }) }

// Erase stops the redrawing and erases the area.
func (l *Live) Erase() { l.end(l.block.erased) }

// end stops the redrawing and prints last, if anything was drawn. Other goroutines may
// still call Print.
func (l *Live) end(last func() string) {
	l.stop()
	l.redrawing.Wait()
	l.mu.Lock()
	if len(l.block.lines) > 0 {
		_, _ = io.WriteString(l.console.W, last()) // an error on stderr cannot be reported
	}
	l.block.lines = nil
	l.mu.Unlock()
	l.console.Held.release()
}
