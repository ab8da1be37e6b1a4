// Package mirror opens a login page in a headless browser and watches the QR code on it.
//
// Call [Find] to locate Chromium or Chrome, and [Browser.Watch] to open the page.
package mirror

import (
	"bytes"
	"context"
	"errors"
	"image"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// NoCodeError says that a page did not show a QR code in time.
type NoCodeError struct {
	Limit          time.Duration // how long Watch waited
	Title, Address string        // of the page, not trusted; without parts that may be secret
	Screenshot     []byte        // PNG; empty if it could not be taken
}

func (e *NoCodeError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*NoCodeError) Failure() failure.Kind { return failure.Protocol }

// Text is the error in both languages.
func (e *NoCodeError) Text() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "no QR code on the page %q at %s within %s",
		ZH: "页面 %q（%s）在 %s内没有出现二维码",
	}, e.Title, e.Address, lang.Text{EN: e.Limit.String(), ZH: lang.Span(e.Limit).ZH})
}

// Hint says what to do about the error.
func (*NoCodeError) Hint() lang.Text {
	return lang.Text{
		EN: "Is it the right page? --screenshot FILE.png saves what it looks like, --timeout 1m waits longer. A page that shows its QR code only after a click cannot be mirrored: --via link.",
		ZH: "页面对吗？--screenshot FILE.png 可保存截图，--timeout 1m 可延长等待。点击后才出现二维码的页面无法镜像，请改用 --via link。",
	}
}

// Watch opens address and calls saw with the text of the page's QR code: when the code
// first appears, and whenever it changes. text is "" when the code is gone. Do not trust
// the text, because it comes from the page. Watch runs until ctx ends, and returns after
// the browser and its files are gone. limit is the time to wait for the first code.
//
// The error is ctx.Err(), a [*LoadError], a [*NoCodeError], a [*BrowserError] or a
// [*failure.TemporaryError].
func (b Browser) Watch(ctx context.Context, address string, limit time.Duration, saw func(text string)) error {
	tab, end, err := b.start(ctx)
	if err != nil {
		return err
	}
	defer end()
	return b.watch(ctx, tab, newReader(tab), address, limit, saw)
}

// watch is [Browser.Watch] in a tab of a running browser.
func (b Browser) watch(ctx, tab context.Context, codes *reader, address string, limit time.Duration, saw func(text string)) error {
	m := &mirror{tab: tab, codes: codes, part: window}
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
		late.Screenshot, _ = m.shoot(m.tab, window, 1) // best effort
		return late
	case errors.As(err, new(*LoadError)):
		return err
	}
	return &BrowserError{b.Program, "does not respond", "没有响应", err}
}

// mirror watches one page.
type mirror struct {
	tab     context.Context
	codes   *reader
	crashed atomic.Bool
	failed  int             // number of consecutive screenshots that failed
	shot    []byte          // the last screenshot
	text    string          // of the code in shot, "" if none
	part    image.Rectangle // part of the window that contains the code
	// A page may fade an expired code instead of removing it.
	known    string // text of the last code read
	contrast int    // its highest contrast so far
	faded    bool
}

// Intervals between looks at the page: before the first code, and after it.
const (
	eager = 250 * time.Millisecond
	calm  = 700 * time.Millisecond
)

// first waits for the first QR code.
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

// follow reports changes of the QR code. The code counts as gone after two misses,
// because pages flicker.
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

// window is the visible part of a page.
var window = image.Rect(0, 0, Width, Height)

// look returns the text of the QR code, or "" if there is none.
func (m *mirror) look(ctx context.Context) (string, error) {
	if m.part != window { // faster, because it is small and usually unchanged
		text, err := m.read(ctx, m.part)
		if err != nil || text != "" || m.faded {
			return text, err
		}
		m.part = window
	}
	return m.read(ctx, window)
}

// read takes a screenshot of a part of the window and reads the code in it. An unchanged
// screenshot is not read again.
func (m *mirror) read(ctx context.Context, part image.Rectangle) (string, error) {
	shot, found, at, err := m.find(ctx, part)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case m.crashed.Load():
		return "", errors.New("the page crashed")
	case err == nil:
		m.part = partAround(at)
	case errors.Is(err, errSame):
		m.failed = 0
		return m.text, nil
	case errors.Is(err, errNone):
	case m.missed(err):
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

// missed notes that a screenshot failed, and reports whether to try again: during a navigation
// the browser refuses to take one, or does not answer. After several misses the code of the
// last screenshot counts as gone.
func (m *mirror) missed(err error) bool {
	const most = 3 // times without an answer
	refused := errors.As(err, new(*cdproto.Error))
	if m.tab.Err() != nil || !refused && m.failed >= most {
		return false
	}
	if m.failed++; m.failed > most {
		m.shot, m.text = nil, ""
	}
	return true
}

// errSame means that the screenshot is the same as the previous one.
var errSame = errors.New("the screenshot has not changed")

// find takes a screenshot of a part of the window, and finds the code in it and its place
// in the window. The whole window is scaled up only if necessary, because that is slow.
func (m *mirror) find(ctx context.Context, part image.Rectangle) (shot []byte, found code, at image.Rectangle, err error) {
	scale := 1
	if part != window {
		scale = largeScale
	}
	if shot, err = m.shoot(ctx, part, scale); err != nil {
		return nil, code{}, at, err
	}
	if bytes.Equal(shot, m.shot) {
		return nil, code{}, at, errSame
	}
	found, err = m.codes.read(ctx, shot)
	if errors.Is(err, errNone) && scale < largeScale {
		var closer []byte
		scale = largeScale
		if closer, err = m.shoot(ctx, part, scale); err != nil {
			return nil, code{}, at, err
		}
		found, err = m.codes.read(ctx, closer)
	}
	at = found.bounds()
	return shot, found, image.Rectangle{at.Min.Div(scale), at.Max.Div(scale)}.Add(part.Min), err
}

// largeScale is the scale of an enlarged screenshot: screenshot pixels per page pixel, in
// each direction.
const largeScale = 2

// partAround returns the part of the window to capture for a code with the bounds at. It leaves
// room for the code to grow or move a little.
func partAround(at image.Rectangle) image.Rectangle {
	return at.Inset(-max(24, at.Dx()/4)).Intersect(window)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
