package fault

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"
)

// BadGateway is the page of html_502.
const BadGateway = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
`

// Wait waits for d, or until closing is closed. It returns false if ctx ends first.
func Wait(ctx context.Context, d time.Duration, closing <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-closing:
	case <-ctx.Done():
		return false
	}
	return true
}

// Response is a finished response that was not sent yet.
type Response struct {
	Writer  http.ResponseWriter // contains the headers
	Request *http.Request
	Status  int
	Body    []byte          // set by [Fault.Send] to the bytes sent, without the padding of an endless response
	Size    int             // length of the body, set by [Fault.Send] to the number of bytes sent
	Closing <-chan struct{} // when closed, nothing slow continues
}

// Send sends a response, changed as the fault asks. The fault is one of those in
// [Transports] that end in "after". Send may panic with [http.ErrAbortHandler], as
// [Reset] does.
func (f *Fault) Send(r *Response) {
	body := r.Body
	half := body[:len(body)/2]
	switch f.Kind {
	case "drip":
		r.drip(body, f.Rate)
	case "reset_middle":
		cut(r.Writer, r.raw(half, fmt.Sprintf("Content-Length: %d", max(len(body), 1))), true)
	case "truncated":
		cut(r.Writer, r.raw(half, fmt.Sprintf("Content-Length: %d", max(len(body), 1))), false)
	case "bad_chunk":
		cut(r.Writer, r.raw(fmt.Appendf(nil, "%x\r\n%s\r\nzz\r\n%s\r\n0\r\n\r\n", max(len(half), 1), slices.Concat(half, []byte(" "))[:max(len(half), 1)], body[len(half):]), "Transfer-Encoding: chunked"), false)
	case "empty":
		r.Body, r.Size = nil, 0
		r.Writer.Header().Set("Content-Length", "0")
		r.Writer.WriteHeader(r.Status)
	case "wrong_content_type":
		r.Writer.Header().Set("Content-Type", "text/html; charset=utf-8")
		r.Writer.WriteHeader(r.Status)
		_, _ = r.Writer.Write(body)
	case "endless":
		r.endless(body)
	}
}

// drip writes the body at rate bytes per second.
func (r *Response) drip(body []byte, rate int) {
	if rate == 0 {
		rate = dripRate
	}
	r.Writer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	r.Writer.WriteHeader(r.Status)
	control := http.NewResponseController(r.Writer)
	piece := max(rate/20, 1)
	for sent := range slices.Chunk(body, piece) {
		_ = control.Flush() // without Flush everything arrives at once
		if !Wait(r.Request.Context(), time.Duration(len(sent))*time.Second/time.Duration(rate), r.Closing) {
			return
		}
		if _, err := r.Writer.Write(sent); err != nil {
			return
		}
	}
}

// maxEndless is the limit of an endless response, in bytes.
const maxEndless = 64 << 20

// endless writes the body without its last byte, and then white space.
func (r *Response) endless(body []byte) {
	r.Writer.Header().Del("Content-Length")
	r.Writer.WriteHeader(r.Status)
	piece := bytes.Repeat([]byte(" "), 32<<10)
	n, err := r.Writer.Write(body[:max(len(body)-1, 0)])
	for r.Size = n; err == nil && r.Size < maxEndless && r.Request.Context().Err() == nil; r.Size += n {
		select {
		case <-r.Closing:
			return
		default:
		}
		n, err = r.Writer.Write(piece)
	}
}

// raw returns a whole HTTP/1.1 response with one more header line, and records body
// as what was sent.
func (r *Response) raw(body []byte, header string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n%s\r\nConnection: close\r\n", r.Status, http.StatusText(r.Status), header)
	_ = r.Writer.Header().Write(&b) // writes to a buffer do not fail
	b.WriteString("\r\n")
	b.Write(body)
	r.Body, r.Size = body, len(body)
	return b.Bytes()
}

// Reset resets the connection without a response. If the connection cannot be taken over,
// as in HTTP/2, it panics with [http.ErrAbortHandler], which resets the stream.
func Reset(w http.ResponseWriter) { cut(w, nil, true) }

// cut sends raw and ends the connection, with a TCP reset or normally, or panics as
// [Reset] does.
func cut(w http.ResponseWriter, raw []byte, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
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
