// Package mirror watches the QR code of a page in a browser that nobody sees.
package mirror

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"sync/atomic"
	"time"

	"ssoctl/pkg/qr"
)

// NoCodeError says that a page showed no QR code.
type NoCodeError struct {
	Limit          time.Duration // that it had
	Title, Address string        // of the page, as the page says; without what may be a secret
	Screenshot     []byte        // PNG; empty where even that cannot be had
}

func (e *NoCodeError) Error() string {
	return fmt.Sprintf("no QR code on the page %q at %s within %s", e.Title, e.Address, e.Limit)
}

// Watch opens the address, and tells saw what the page's QR code holds: when it is
// first seen, and whenever it is another one. "" is that the page has none any
// more. The text is the page's, so anybody's. Watch goes on until ctx ends, and
// returns when the browser and all that it left behind are gone. Limit is until
// there is a QR code.
//
// The errors are ctx's own, a *LoadError, a *NoCodeError, and a *BrowserError.
func (b Browser) Watch(ctx context.Context, address string, limit time.Duration, saw func(text string)) error {
	tab, end, err := b.start(ctx)
	if err != nil {
		return err
	}
	defer end()
	m := &mirror{tab: tab, part: window}
	late := &NoCodeError{Limit: limit}
	first, cancel := context.WithTimeoutCause(ctx, limit, late)
	defer cancel()
	text, err := "", m.open(first, address)
	if err == nil {
		text, err = m.first(first)
	}
	if err == nil {
		saw(text)
		err = m.follow(ctx, text, saw)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, late):
		late.Title, late.Address = m.where()
		late.Screenshot, _ = m.shoot(m.tab, window, 1) // what cannot be had is not shown
		return late
	case errors.As(err, new(*LoadError)):
		return err
	}
	return &BrowserError{b.Program, "does not answer", err}
}

// mirror is one page that is watched.
type mirror struct {
	tab     context.Context
	crashed atomic.Bool
	failed  int             // photographs, one after the other
	shot    []byte          // what was photographed last
	text    string          // of the code in it, "" where there is none
	part    image.Rectangle // of the window, where the code is
	// A page may leave a code where it was, but faded, when it is of no use.
	known    string // the code that was read last
	contrast int    // the most that it had
	faded    bool
}

// How often the page is looked at: until there is a code, and from then on.
const (
	eager = 250 * time.Millisecond
	calm  = 700 * time.Millisecond
)

// first waits for a QR code.
func (m *mirror) first(ctx context.Context) (string, error) {
	for {
		text, err := m.look(ctx)
		if err != nil || text != "" {
			return text, err
		}
		if err := pause(ctx, eager); err != nil {
			return "", err
		}
	}
}

// follow tells what becomes of a QR code. It is gone when it was not there twice:
// pages flicker.
func (m *mirror) follow(ctx context.Context, shown string, saw func(string)) error {
	for missed := 0; ; {
		if err := pause(ctx, calm); err != nil {
			return err
		}
		text, err := m.look(ctx)
		if err != nil {
			return err
		}
		if text != "" {
			missed = 0
		} else if missed++; missed < 2 {
			continue
		}
		if text != shown {
			saw(text)
			shown = text
		}
	}
}

// window is all that is seen of a page.
var window = image.Rect(0, 0, Width, Height)

// look returns what the QR code holds, "" where there is none.
func (m *mirror) look(ctx context.Context) (string, error) {
	if m.part != window { // a small picture, and most often the same one as before
		text, err := m.read(ctx, m.part)
		if err != nil || text != "" || m.faded {
			return text, err
		}
		m.part = window
	}
	return m.read(ctx, window)
}

// read photographs a part of the window and reads it, unless it is what it was.
func (m *mirror) read(ctx context.Context, part image.Rectangle) (string, error) {
	shot, found, err := m.find(ctx, part)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case m.crashed.Load():
		return "", errors.New("the page crashed")
	case err == nil:
		m.part = partAround(found.At)
	case errors.Is(err, errSame):
		return m.text, nil
	case errors.Is(err, qr.ErrNone):
	case m.tab.Err() == nil && m.failed < 2: // between two pages there may be no picture
		m.failed++
		return m.text, nil
	default:
		return "", err
	}
	m.failed, m.shot, m.text = 0, shot, found.Text
	if found.Text != m.known && found.Text != "" {
		m.known, m.contrast = found.Text, 0
	}
	m.contrast = max(m.contrast, found.Contrast)
	if m.faded = m.text != "" && 3*found.Contrast < 2*m.contrast; m.faded {
		m.text = ""
	}
	return m.text, nil
}

// errSame means that a photograph is the one that was taken before.
var errSame = errors.New("the same picture")

// find photographs a part of the window and finds the code in it, in pixels of the
// page. All of the window is looked at more closely only where that is needed: it
// takes its time.
func (m *mirror) find(ctx context.Context, part image.Rectangle) (shot []byte, found qr.Found, err error) {
	scale := 1
	if part != window {
		scale = closely
	}
	if shot, err = m.shoot(ctx, part, scale); err != nil {
		return nil, found, err
	}
	if bytes.Equal(shot, m.shot) {
		return nil, found, errSame
	}
	found, err = readShot(shot, scale)
	if errors.Is(err, qr.ErrNone) && scale < closely {
		var closer []byte
		if closer, err = m.shoot(ctx, part, closely); err != nil {
			return nil, found, err
		}
		found, err = readShot(closer, closely)
	}
	found.At = found.At.Add(part.Min)
	return shot, found, err
}

// closely is how many pixels, each way, a photograph has for one of the page's.
const closely = 2

func readShot(shot []byte, scale int) (qr.Found, error) {
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return qr.Found{}, err
	}
	found, err := qr.Read(picture)
	found.At = image.Rectangle{found.At.Min.Div(scale), found.At.Max.Div(scale)}
	return found, err
}

// partAround is what to photograph for a code whose corners are there: it may grow a
// little, or move.
func partAround(corners image.Rectangle) image.Rectangle {
	return corners.Inset(-max(24, corners.Dx()/3)).Intersect(window)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
