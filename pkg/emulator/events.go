package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Bounds of those who watch.
const (
	maxWatchers = 64
	maxWaiting  = 256              // entries that one may be behind by
	heartbeat   = 15 * time.Second // between comments when nothing happens
)

// watcher is one who is told of every exchange. The ledger's lock guards lost.
type watcher struct {
	entries chan *entry
	slow    chan struct{} // closed when it fell too far behind
	lost    bool
}

// offer hands an entry over, or gives the watcher up. It never waits.
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

var errWatchers = errors.New("too many are watching")

// watch begins with what was answered after the request of that number, with
// nothing where it is negative.
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

// events sends every exchange as a server-sent event whose data is a Record in
// JSON: what comes from now on, or after the request that Last-Event-ID or the
// query's since names. One who reads too slowly is cut off.
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
	if !send(": every exchange, as it is answered\n\n") {
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
			text = ": still here\n\n"
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

// cutOff makes writes to a watcher fail once it is too slow or the emulator
// ends, since a write waits as long as the other side does not read.
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
			select { // unless a write waits, the stream ends by itself
			case <-done:
				return
			case <-time.After(time.Second):
			}
		}
		_ = control.SetWriteDeadline(time.Unix(1, 0)) // long over
	})
	return func() { close(done); wg.Wait() }
}

// event is the entry as a server-sent event.
func (n *entry) event() string {
	return fmt.Sprintf("id: %d\ndata: %s\n\n", n.ID, encode(n.record()))
}
