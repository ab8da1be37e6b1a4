// Package ledger keeps the requests to an emulator and its responses. [New] makes an [Entry]
// from a request, [Ledger.Add] stores it, and a [Filter] finds it again. All output of the
// package is redacted: a [Record], a stream of events ([Ledger.Stream]), a HAR ([WriteHAR]).
package ledger

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Limits of a [Ledger].
const (
	Limit       = 10_000   // requests kept; the oldest are dropped first
	ledgerBytes = 40 << 20 // approximate memory of all requests kept
)

// Ledger keeps the latest requests and responses as they were on the wire. They are
// redacted only when they are read.
type Ledger struct {
	number atomic.Int64 // of the latest request

	mu       sync.Mutex // guards all below
	entries  []*Entry   // in the order of their responses
	bytes    int        // sum of their weights
	dropped  int64      // entries dropped because there were too many
	watchers map[*watcher]bool
}

// Number returns the number of the next request, from 1.
func (l *Ledger) Number() int64 { return l.number.Add(1) }

// Add stores an entry and offers it to the watchers. It does not wait for them.
func (l *Ledger) Add(n *Entry) {
	n.weight = n.weighs()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, n)
	l.bytes += n.weight
	for len(l.entries) > Limit || l.bytes > ledgerBytes {
		l.bytes -= l.entries[0].weight
		l.entries[0] = nil
		l.entries = l.entries[1:]
		l.dropped++
	}
	for w := range l.watchers {
		w.offer(n)
	}
}

// After returns the entries that follow the request with this number, or all if it
// is 0, and how many entries were dropped so far.
func (l *Ledger) After(id int64) ([]*Entry, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since(id), l.dropped
}

// since returns the entries that follow the request with this number. The caller
// holds the lock.
func (l *Ledger) since(id int64) []*Entry {
	if id == 0 {
		return slices.Clone(l.entries)
	}
	if i := slices.IndexFunc(l.entries, func(n *Entry) bool { return n.ID == id }); i >= 0 {
		return slices.Clone(l.entries[i+1:])
	}
	var out []*Entry // the request was dropped or has no response yet
	for _, n := range l.entries {
		if n.ID > id {
			out = append(out, n)
		}
	}
	return out
}

// Clear drops all entries and returns their number. Later requests continue the
// numbering.
func (l *Ledger) Clear() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.entries)
	l.entries, l.bytes, l.dropped = nil, 0, 0
	return n
}
