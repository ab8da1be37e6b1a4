package ledger

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Limits of event streams.
const (
	maxWatchers = 64
	maxWaiting  = 256              // entries that one watcher may lag behind
	heartbeat   = 15 * time.Second // interval of keep-alive comments
)

// watcher receives every new entry of the ledger. The ledger's lock guards lost.
type watcher struct {
	entries chan *Entry
	slow    chan struct{} // closed when the watcher falls too far behind
	lost    bool
}

// offer sends an entry, or drops the watcher if its channel is full. It never blocks.
func (w *watcher) offer(n *Entry) {
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

var errWatchers = lang.Errorf(lang.Text{EN: "too many event streams: the limit is %d", ZH: "事件流太多：最多 %d 个"}, maxWatchers)

// watch registers a watcher. It also returns the entries that follow request since, or
// none if since is negative.
func (l *Ledger) watch(since int64) (*watcher, []*Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.watchers) >= maxWatchers {
		return nil, nil, errWatchers
	}
	if l.watchers == nil {
		l.watchers = map[*watcher]bool{}
	}
	w := &watcher{entries: make(chan *Entry, maxWaiting), slow: make(chan struct{})}
	l.watchers[w] = true
	if since < 0 {
		return w, nil, nil
	}
	return w, l.since(since), nil
}

func (l *Ledger) unwatch(w *watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.watchers, w)
}

// Stream sends the requests that match f as server-sent events until the client disconnects
// or closing is closed. The data of each event is a [Record] in JSON. The stream begins with
// the next request, or after request since if that is not negative. A client that reads too
// slowly is disconnected. If there are too many streams already, Stream writes nothing and
// returns an error.
func (l *Ledger) Stream(w http.ResponseWriter, r *http.Request, f Filter, since int64, closing <-chan struct{}) error {
	watcher, missed, err := l.watch(since)
	if err != nil {
		return err
	}
	defer l.unwatch(watcher)
	control := http.NewResponseController(w)
	stop := watcher.cutOff(r, control, closing)
	defer stop()

	w.WriteHeader(http.StatusOK)
	send := func(text string) bool {
		_, err := w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	if !send(": one event for each request\n\n") {
		return nil
	}
	for _, n := range f.Choose(missed) {
		if !send(n.event()) {
			return nil
		}
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		text := ""
		select {
		case <-r.Context().Done():
			return nil
		case <-closing:
			return nil
		case <-watcher.slow:
			return nil
		case <-tick.C:
			text = ": keep-alive\n\n"
		case n := <-watcher.entries:
			if len(f.misses(n)) == 0 {
				text = n.event()
			}
		}
		if text != "" && !send(text) {
			return nil
		}
	}
}

// cutOff makes pending writes to a watcher fail once the watcher is too slow or closing is
// closed. Otherwise a write would block for as long as the client does not read.
func (w *watcher) cutOff(r *http.Request, control *http.ResponseController, closing <-chan struct{}) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-done:
			return
		case <-r.Context().Done():
		case <-w.slow:
		case <-closing:
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
func (n *Entry) event() string {
	return fmt.Sprintf("id: %d\ndata: %s\n\n", n.ID, printable.MustMarshalJSON(n.Record()))
}
