package mirror

import (
	"context"
	"image"
	"time"
)

// Start runs the browser. The function watch is [Browser.Watch] in its tabs, for tests of many
// pages, one after the other. Another browser or tab costs half a second of CPU.
func (b Browser) Start(ctx context.Context) (watch WatchFunc, end func(), err error) {
	first, end, err := b.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	codes := newReader(first)
	watch = func(ctx context.Context, address string, limit time.Duration, saw func(string)) error {
		tab, cancel := context.WithCancel(first) // ends what listens to the tab, not the tab
		defer cancel()
		return b.watch(ctx, tab, codes, address, limit, saw)
	}
	return watch, end, nil
}

// WatchFunc is the type of [Browser.Watch].
type WatchFunc func(ctx context.Context, address string, limit time.Duration, saw func(text string)) error

// ErrNone means that a picture has no readable QR code.
var ErrNone = errNone

// ReadFunc returns the text, place and contrast of the QR code in a PNG picture.
type ReadFunc func(ctx context.Context, png []byte) (text string, at image.Rectangle, contrast int, err error)

// StartReader runs the browser, to read pictures only.
func (b Browser) StartReader(ctx context.Context) (read ReadFunc, end func(), err error) {
	tab, end, err := b.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	codes := newReader(tab)
	read = func(ctx context.Context, png []byte) (string, image.Rectangle, int, error) {
		found, err := codes.read(ctx, png)
		return found.Text, found.bounds(), found.Contrast, err
	}
	return read, end, nil
}
