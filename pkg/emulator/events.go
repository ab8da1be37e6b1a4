package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits of event streams.
const (
	maxWatchers = 64
	maxWaiting  = 256              // entries that one watcher may lag behind
	heartbeat   = 15 * time.Second // interval of keep-alive comments
)

// watcher receives every new entry of the ledger. The ledger's lock guards lost.
type watcher struct {
	entries chan *entry
	slow    chan struct{} // closed when the watcher falls too far behind
	lost    bool
}

// offer sends an entry, or drops the watcher if its channel is full. It never blocks.
func (w *watcher) offer(n *entry) {
	if w.lost {
		return
	}
	select {
	case w.entries <- n:
	default:
		w.lost = true
		close(w.slow)
	}
}

var errWatchers = fmt.Errorf("too many event streams: the limit is %d", maxWatchers)

// watch registers a watcher. It also returns the entries that follow request since, or
// none if since is negative.
func (l *ledger) watch(since int64) (*watcher, []*entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.watchers) >= maxWatchers {
		return nil, nil, errWatchers
	}
	if l.watchers == nil {
		l.watchers = map[*watcher]bool{}
	}
	w := &watcher{entries: make(chan *entry, maxWaiting), slow: make(chan struct{})}
	l.watchers[w] = true
	if since < 0 {
		return w, nil, nil
	}
	return w, l.since(since), nil
}

func (l *ledger) unwatch(w *watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.watchers, w)
}

// events streams requests as server-sent events; the data of each is a [Record] in
// JSON. The stream begins with the next request, or after the one that Last-Event-ID
// or the query's since names. A client that reads too slowly is disconnected.
func (e *Emulator) events(w http.ResponseWriter, r *http.Request) (int, error) {
	f, query, err := e.filterOf(r)
	if err != nil {
		return http.StatusBadRequest, err
	}
	since := int64(-1)
	if query.Has("since") {
		since = f.Since
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		if since, err = strconv.ParseInt(last, 10, 64); err != nil || since < 0 {
			return http.StatusBadRequest, errors.New("Last-Event-ID: expected the number of a request")
		}
	}
	watcher, missed, err := e.ledger.watch(since)
	if err != nil {
		return http.StatusServiceUnavailable, err
	}
	defer e.ledger.unwatch(watcher)
	control := http.NewResponseController(w)
	stop := e.cutOff(r, watcher, control)
	defer stop()

	setType(w.Header(), "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	send := func(text string) bool {
		_, err := w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	if !send(": one event for each request\n\n") {
		return http.StatusOK, nil
	}
	for _, n := range f.choose(missed) {
		if !send(n.event()) {
			return http.StatusOK, nil
		}
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		text := ""
		select {
		case <-r.Context().Done():
			return http.StatusOK, nil
		case <-e.closing:
			return http.StatusOK, nil
		case <-watcher.slow:
			return http.StatusOK, nil
		case <-tick.C:
			text = ": keep-alive\n\n"
		case n := <-watcher.entries:
			if len(f.misses(n)) == 0 {
				text = n.event()
			}
		}
		if text != "" && !send(text) {
			return http.StatusOK, nil
		}
	}
}

// cutOff makes pending writes to a watcher fail once the watcher is too slow or the
// emulator closes. Otherwise a write would block for as long as the client does not
// read.
func (e *Emulator) cutOff(r *http.Request, w *watcher, control *http.ResponseController) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-done:
			return
		case <-r.Context().Done():
		case <-w.slow:
		case <-e.closing:
			select { // the stream ends by itself unless a write is blocked
			case <-done:
				return
			case <-time.After(time.Second):
			}
		}
		_ = control.SetWriteDeadline(time.Unix(1, 0)) // in the past
	})
	return func() { close(done); wg.Wait() }
}

// event returns the entry as a server-sent event.
func (n *entry) event() string {
	return fmt.Sprintf("id: %d\ndata: %s\n\n", n.ID, encode(n.record()))
}
