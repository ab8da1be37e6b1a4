package record

import (
	"crypto/tls"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"
)

// clock records the times of one call, and the header fields that net/http wrote.
// net/http calls it from its own goroutines, even after the end.
type clock struct {
	now func() time.Time
	mu  sync.Mutex

	asked, conn, wrote, first, end time.Time // conn: when a connection was available
	dns, connect, tls              interval
	remote                         string // address of the server
	header                         []Field
}

type interval struct{ start, end time.Time }

// Field is a name with a value: a header field, or a parameter of a query or form.
type Field struct{ Name, Value string }

// Phase is one part of the time that a call took. Start is relative to
// Call.Started.
type Phase struct {
	Name          string // blocked, dns, connect, tls, send, wait or receive
	Start, Length time.Duration
}

func (c *clock) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { c.mark(&c.asked) },
		DNSStart:     func(httptrace.DNSStartInfo) { c.mark(&c.dns.start) },
		DNSDone:      func(httptrace.DNSDoneInfo) { c.mark(&c.dns.end) },
		ConnectStart: func(string, string) { c.mark(&c.connect.start) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				c.mark(&c.connect.end)
			}
		},
		TLSHandshakeStart: func() { c.mark(&c.tls.start) },
		TLSHandshakeDone:  func(tls.ConnectionState, error) { c.mark(&c.tls.end) },
		GotConn: func(info httptrace.GotConnInfo) {
			c.mark(&c.conn)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.header = nil
			if info.Conn != nil {
				c.remote = info.Conn.RemoteAddr().String()
			}
		},
		WroteHeaderField: func(name string, values []string) {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, v := range values {
				if !strings.HasPrefix(name, ":") { // HTTP/2 pseudo-header fields replace the request line
					c.header = append(c.header, Field{name, v})
				}
			}
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { c.mark(&c.wrote) },
		GotFirstResponseByte: func() { c.mark(&c.first) },
	}
}

// mark sets *t to the current time unless it is set already. If net/http dials several
// addresses in parallel, the first event counts.
func (c *clock) mark(t *time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() {
		*t = c.now()
	}
}

// Phases returns the phases of the call in order, and its total time. A phase that did
// not take place is left out. One that did not end lasts to the end of the call.
func (x *Call) Phases() (parts []Phase, total time.Duration) {
	c := x.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end.IsZero() {
		return nil, 0
	}
	add := func(name string, start, end time.Time) {
		if start.IsZero() {
			return
		}
		if end.IsZero() || end.After(c.end) {
			end = c.end
		}
		parts = append(parts, Phase{name, start.Sub(x.Started), max(0, end.Sub(start))})
	}
	add("dns", c.dns.start, c.dns.end)
	add("connect", c.connect.start, c.connect.end)
	add("tls", c.tls.start, c.tls.end)
	if !c.conn.IsZero() {
		add("send", c.conn, c.wrote)
	}
	add("wait", c.wrote, c.first)
	add("receive", c.first, c.end)
	return parts, c.end.Sub(x.Started)
}

// wire returns the header fields that were written, or nil if none were.
func (x *Call) wire() []Field {
	x.clock.mu.Lock()
	defer x.clock.mu.Unlock()
	return slices.Clone(x.clock.header)
}

// remoteAddress returns the server's address, or "" if there was no connection.
func (x *Call) remoteAddress() string {
	x.clock.mu.Lock()
	defer x.clock.mu.Unlock()
	return x.clock.remote
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
