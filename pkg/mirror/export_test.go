package mirror

import (
	"context"
	"time"
)

// Start runs the browser. The function watch is [Browser.Watch] in its tab, for tests of many
// pages, one after the other. Another tab costs half a second of CPU.
func (b Browser) Start(ctx context.Context) (watch WatchFunc, end func(), err error) {
	first, end, err := b.start(ctx)
	watch = func(ctx context.Context, address string, limit time.Duration, saw func(string)) error {
		tab, cancel := context.WithCancel(first) // ends what listens to the tab, not the tab
		defer cancel()
		return b.watch(ctx, tab, address, limit, saw)
	}
	return watch, end, err
}

// WatchFunc is the type of [Browser.Watch].
type WatchFunc func(ctx context.Context, address string, limit time.Duration, saw func(text string)) error
