package emulator

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"ssoctl/pkg/secret"
)

// Limits of the ledger.
const (
	ledgerLimit = limit    // requests kept; the oldest are dropped first
	ledgerBytes = 40 << 20 // approximate memory of all requests kept
	bodyLimit   = 4 << 10  // bytes kept of a body, of all headers and of a target
	// margin is how much more of a body is stored, so that a secret that crosses
	// bodyLimit is recognised and masked. It is twice longestSecret, because encoding
	// makes secrets longer.
	margin        = 4 << 10
	longestSecret = 2 << 10
)

// ledger keeps the latest requests and responses as they were on the wire. They are
// redacted only when they are read.
type ledger struct {
	number atomic.Int64 // number of the latest request

	mu       sync.Mutex // guards all below
	entries  []*entry   // in the order of their responses
	bytes    int        // sum of their weights
	dropped  int64      // entries dropped because there were too many
	watchers map[*watcher]bool
}

// entry is one request and its response. It is immutable.
type entry struct {
	Event
	user       *User           // the user concerned, nil if none
	secrets    []secret.String // secrets in the request
	allSecrets []secret.String // as in Emulator
	wire       []byte          // the parts, concatenated
	ends       [parts]int      // end of each part in wire
	sizes      [2]int          // of both bodies, in bytes
	cut        [parts]bool     // whether a part is incomplete
	weight     int             // see weighs
	opaque     bool            // the parts are left out, because a secret in them is longer than longestSecret
}

// The parts of an entry.
const (
	target = iota
	requestHeaders
	requestBody
	responseHeaders
	responseBody
	parts
)

// entry returns the ledger's entry of the request.
func (x *recorder) entry() *entry {
	const longestPath, longestMethod = 2 << 10, 32
	x.Path, x.Method = x.Path[:min(len(x.Path), longestPath)], x.Method[:min(len(x.Method), longestMethod)]
	n := &entry{Event: x.Event, allSecrets: x.e.allSecrets, user: x.about, sizes: [2]int{len(x.body), x.size}}
	if c := x.call; c != nil {
		n.user, n.secrets = c.person(), c.secrets()
	}
	if n.user != nil {
		n.User = n.user.Label()
		x.User = n.User
	}
	n.opaque = slices.ContainsFunc(n.secrets, func(s secret.String) bool { return len(s.Reveal()) > longestSecret })
	if n.opaque {
		n.secrets = nil
		return n
	}
	uri := x.req.RequestURI
	if !strings.HasPrefix(uri, "/") {
		uri = x.req.URL.RequestURI()
	}
	const most = bodyLimit + margin
	kept, host := uri[:min(len(uri), most)], x.req.Host[:min(len(x.req.Host), 255)]
	body, answer := x.body[:min(len(x.body), most)], x.kept[:min(len(x.kept), most)]
	wire := make([]byte, 0, len(kept)+len(host)+len(body)+len(x.text)+len(answer)+headerBytes(x.req.Header)+headerBytes(x.Header())+8)
	end := func(part int, cut bool) { n.ends[part], n.cut[part] = len(wire), cut }
	wire = append(wire, kept...)
	end(target, len(uri) > bodyLimit)
	wire = append(append(append(wire, "Host: "...), host...), '\n')
	wire, cut := appendHeaders(wire, x.req.Header)
	end(requestHeaders, cut)
	wire = append(wire, body...)
	end(requestBody, len(x.body) > bodyLimit)
	wire, cut = appendHeaders(wire, x.Header())
	end(responseHeaders, cut)
	wire = append(append(wire, x.text...), answer...)
	end(responseBody, x.size > bodyLimit)
	n.wire = wire
	return n
}

func headerBytes(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + 3
		}
	}
	return min(n, bodyLimit)
}

// appendHeaders appends headers, one per line. It leaves out those that do not fit
// in bodyLimit, and reports whether there were any.
func appendHeaders(wire []byte, h http.Header) (_ []byte, cut bool) {
	room := bodyLimit
	for name, values := range h {
		for _, v := range values {
			if room < len(name)+len(v)+3 {
				cut = true
				continue
			}
			room -= len(name) + len(v) + 3
			wire = append(wire, name...)
			wire = append(wire, ": "...)
			wire = append(wire, v...)
			wire = append(wire, '\n')
		}
	}
	return wire, cut
}

// part returns one part as it was on the wire.
func (n *entry) part(i int) string {
	if n.opaque {
		return ""
	}
	from := 0
	if i > 0 {
		from = n.ends[i-1]
	}
	return string(n.wire[from:n.ends[i]])
}

// weighs returns the approximate memory of the entry, in bytes.
func (n *entry) weighs() int {
	total := 600 + cap(n.wire) + len(n.Path) + len(n.Diagnosis) + len(n.Fault)
	for _, p := range n.Problems {
		total += 80 + len(p.Member) + len(p.Expected) + len(p.Received)
	}
	for _, s := range n.secrets {
		total += 60 + len(s.Reveal())
	}
	return total
}

// add stores an entry and offers it to the watchers. It does not wait for them.
func (l *ledger) add(n *entry) {
	n.weight = n.weighs()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, n)
	l.bytes += n.weight
	for len(l.entries) > ledgerLimit || l.bytes > ledgerBytes {
		l.bytes -= l.entries[0].weight
		l.entries[0] = nil
		l.entries = l.entries[1:]
		l.dropped++
	}
	for w := range l.watchers {
		w.offer(n)
	}
}

// after returns the entries that follow the request with this number, or all if it
// is 0, and how many entries were dropped so far.
func (l *ledger) after(id int64) ([]*entry, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since(id), l.dropped
}

// since returns the entries that follow the request with this number. The caller
// holds the lock.
func (l *ledger) since(id int64) []*entry {
	if id == 0 {
		return slices.Clone(l.entries)
	}
	if i := slices.IndexFunc(l.entries, func(n *entry) bool { return n.ID == id }); i >= 0 {
		return slices.Clone(l.entries[i+1:])
	}
	var out []*entry // the request was dropped or has no response yet
	for _, n := range l.entries {
		if n.ID > id {
			out = append(out, n)
		}
	}
	return out
}

// clear drops all entries and returns their number. Later requests continue the
// numbering.
func (l *ledger) clear() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.entries)
	l.entries, l.bytes, l.dropped = nil, 0, 0
	return n
}
