package reference

import (
	"sync"
	"time"
)

// Once remembers the results of lookups. A lookup may prompt the user, so each runs only once, and
// only one at a time. The zero Once is ready to use.
type Once struct {
	mu      sync.Mutex
	results map[string]result // by key
}

type result struct {
	text string
	err  error
}

// Get returns the result of get, which it calls once for each key. If get takes more than a second,
// Get calls waiting.
func (o *Once) Get(key string, get func() (string, error), waiting func()) (string, error) {
	const long = time.Second
	o.mu.Lock()
	defer o.mu.Unlock()
	got, done := o.results[key]
	if !done {
		timer := time.AfterFunc(long, waiting)
		defer timer.Stop()
		got.text, got.err = get()
		if o.results == nil {
			o.results = map[string]result{}
		}
		o.results[key] = got
	}
	return got.text, got.err
}
