package reference

import (
	"sync"
	"time"
)

// Once remembers what was looked up. A lookup may ask the user something, so each runs only
// once, and never two at a time. The zero Once is ready.
type Once struct {
	mu    sync.Mutex
	found map[string]looked
}

type looked struct {
	text string
	err  error
}

// Get returns the result of get, which it calls once for each key. If get takes long, Get
// calls waiting.
func (o *Once) Get(key string, get func() (string, error), waiting func()) (string, error) {
	const long = time.Second
	o.mu.Lock()
	defer o.mu.Unlock()
	got, done := o.found[key]
	if !done {
		told := time.AfterFunc(long, waiting)
		defer told.Stop()
		got.text, got.err = get()
		if o.found == nil {
			o.found = map[string]looked{}
		}
		o.found[key] = got
	}
	return got.text, got.err
}
