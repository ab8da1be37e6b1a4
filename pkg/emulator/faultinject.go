package emulator

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// arm counts the request for all faults, and notes those that affect it in c.
func (e *Emulator) arm(x *recorder, c *call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.state.faults) == 0 {
		return
	}
	user, known := e.whose(c)
	var happen []string
	for _, f := range e.state.faults {
		if !f.meets(c, user, known) || !f.due() || f.Kind != "latency" && c.fault != nil {
			continue
		}
		f.Done++
		if f.Kind == "latency" {
			c.delay += f.Delay
		} else {
			copied := *f
			c.fault = &copied
		}
		happen = append(happen, f.String())
	}
	if x.Fault = strings.Join(happen, ", "); x.Fault != "" {
		c.findings = append(c.findings, finding{text: "fault injected: " + x.Fault})
	}
}

// meets reports whether the fault counts the request: its profile, step and user match,
// and the vendor can play its kind.
func (f *Fault) meets(c *call, user User, known bool) bool {
	_, possible := c.v.demanded(f.Kind)
	return (f.Profile == "" || f.Profile == c.v.p.Name) && (f.Step == "" || f.Step == c.s.Name) &&
		(f.User == "" || known && user.Is(f.User)) && (possible || f.transport() || f.Kind == rateLimited)
}

// whose returns the user that a request concerns, before its code or token is
// checked. The caller holds the lock.
func (e *Emulator) whose(c *call) (User, bool) {
	if c.s.Name == "authorize" {
		return e.someone, e.opts.Approve != ApproveAsk && e.opts.Approve != ApproveDeny
	}
	for _, ph := range c.s.Placeholders() {
		text := c.seen.Values[ph.Name].Reveal()
		k := key{c.v.p.Name, ph.Name, text}
		var found *login
		switch {
		case text == "":
			continue
		case ph.Name == "code":
			if code := e.state.codes.get(k); code != nil {
				found = code.login
			}
		case ph.Name == "access_token":
			if token := e.state.access.get(k); token != nil {
				found = token.login
			}
		case ph.Name == "refresh_token":
			if token := e.state.refresh.get(k); token != nil {
				found = token.login
			}
		case c.v.handed[ph.Name]:
			if user := e.state.handed.get(k); user != nil {
				return *user, true
			}
		}
		if found != nil {
			return found.user, true
		}
	}
	return User{}, false
}

// disarm returns the kind of refusal that a fault asks for, or "".
func (c *call) disarm() string {
	if c.fault == nil || c.fault.transport() {
		return ""
	}
	return c.fault.Kind
}

// before plays the faults that happen before the vendor reads the request, and
// reports whether processing continues.
func (x *recorder) before(c *call) bool {
	if c.delay > 0 {
		if !x.wait(c.delay) {
			return false
		}
		c.now = x.e.now()
	}
	switch {
	case c.fault.is("reset_before"):
		x.cut(nil, true)
		return false
	case c.fault.is("html_502"):
		write(x, http.StatusBadGateway, "text/html; charset=utf-8", badGateway)
		return false
	}
	x.hold = c.fault != nil && c.fault.transport()
	return true
}

const badGateway = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
`

// wait waits for d, or until the emulator closes. It returns false if the client
// disconnects first.
func (x *recorder) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-x.e.closing:
	case <-x.req.Context().Done():
		return false
	}
	return true
}

// after writes a response that was held back, changed as the fault asks.
func (x *recorder) after(c *call) {
	if !x.hold {
		return
	}
	x.hold = false
	body := x.kept
	half := body[:len(body)/2]
	switch c.fault.Kind {
	case "drip":
		x.drip(body, c.fault.Rate)
	case "reset_middle":
		x.cut(x.raw(half, fmt.Sprintf("Content-Length: %d", max(len(body), 1))), true)
	case "truncated":
		x.cut(x.raw(half, fmt.Sprintf("Content-Length: %d", max(len(body), 1))), false)
	case "bad_chunk":
		x.cut(x.raw(fmt.Appendf(nil, "%x\r\n%s\r\nzz\r\n%s\r\n0\r\n\r\n", max(len(half), 1), slices.Concat(half, []byte(" "))[:max(len(half), 1)], body[len(half):]), "Transfer-Encoding: chunked"), false)
	case "empty":
		x.kept, x.size = nil, 0
		x.Header().Set("Content-Length", "0")
		x.ResponseWriter.WriteHeader(x.Status)
	case "wrong_content_type":
		x.Header().Set("Content-Type", "text/html; charset=utf-8")
		x.ResponseWriter.WriteHeader(x.Status)
		_, _ = x.ResponseWriter.Write(body)
	case "endless":
		x.endless(body)
	}
}

// drip writes the body at rate bytes per second.
func (x *recorder) drip(body []byte, rate int) {
	if rate == 0 {
		rate = dripRate
	}
	x.Header().Set("Content-Length", fmt.Sprint(len(body)))
	x.ResponseWriter.WriteHeader(x.Status)
	control := http.NewResponseController(x.ResponseWriter)
	piece := max(rate/20, 1)
	for sent := range slices.Chunk(body, piece) {
		_ = control.Flush() // without Flush everything arrives at once
		if !x.wait(time.Duration(len(sent)) * time.Second / time.Duration(rate)) {
			return
		}
		if _, err := x.ResponseWriter.Write(sent); err != nil {
			return
		}
	}
}

// maxEndless is the limit of an endless response, in bytes.
const maxEndless = 64 << 20

// endless writes the body without its last byte, and then white space.
func (x *recorder) endless(body []byte) {
	x.Header().Del("Content-Length")
	x.ResponseWriter.WriteHeader(x.Status)
	piece := bytes.Repeat([]byte(" "), 32<<10)
	n, err := x.ResponseWriter.Write(body[:max(len(body)-1, 0)])
	for x.size = n; err == nil && x.size < maxEndless && x.req.Context().Err() == nil; x.size += n {
		select {
		case <-x.e.closing:
			return
		default:
		}
		n, err = x.ResponseWriter.Write(piece)
	}
}

// raw returns a whole HTTP/1.1 response with one more header line, and records body
// as what was sent.
func (x *recorder) raw(body []byte, header string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n%s\r\nConnection: close\r\n", x.Status, http.StatusText(x.Status), header)
	_ = x.Header().Write(&b) // writes to a buffer do not fail
	b.WriteString("\r\n")
	b.Write(body)
	x.kept, x.size = body, len(body)
	return b.Bytes()
}

// cut sends raw and ends the connection, with a TCP reset or normally. If the
// connection cannot be taken over, as in HTTP/2, cut resets the stream.
func (x *recorder) cut(raw []byte, reset bool) {
	conn, _, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = conn.Write(raw)
	under := conn
	if over, ok := conn.(interface{ NetConn() net.Conn }); ok && reset {
		under = over.NetConn() // skips the close_notify of TLS
	}
	if tcp, ok := under.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = under.Close()
}
