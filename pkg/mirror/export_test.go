package mirror

import (
	"context"
	"time"

	"github.com/chromedp/chromedp"
)

// Start runs the browser. The function watch is [Browser.Watch] in a new tab of it, for
// tests of many pages.
func (b Browser) Start(ctx context.Context) (watch WatchFunc, end func(), err error) {
	first, end, err := b.start(ctx)
	watch = func(ctx context.Context, address string, limit time.Duration, saw func(string)) error {
		tab, closed := chromedp.NewContext(first)
		defer closed()
		if err := chromedp.Do(tab, chromedp.EmulateViewport(Width, Height)); err != nil {
			return err
		}
		return b.watch(ctx, tab, address, limit, saw)
	}
	return watch, end, err
}

// WatchFunc is the type of [Browser.Watch].
type WatchFunc func(ctx context.Context, address string, limit time.Duration, saw func(text string)) error
