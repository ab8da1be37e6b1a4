package fleet

import (
	"errors"
	"net"
	"strconv"
)

// The largest reply to an operation of this package is a value, or an event with the vendor's
// refusal.
const (
	largestReply = 2 * largest // in bytes
	longestLine  = 4 << 10     // in bytes; lengths and errors are lines
	mostItems    = 256         // items of one list, and lists in one reply
)

// errForeign means that a server does not answer like Redis.
var errForeign = errors.New("not a reply of Redis")

// limitedConn is a connection that fails when replies are too large. The library allocates
// whatever length the server announces, which would end the process.
type limitedConn struct {
	net.Conn
	replies replies
}

func (c *limitedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if !c.replies.accept(p[:n]) {
		return 0, errForeign
	}
	return n, err
}

// Write sends a request. The limits apply to the replies after it.
func (c *limitedConn) Write(p []byte) (int, error) {
	c.replies.bytes, c.replies.lists = 0, 0
	return c.Conn.Write(p)
}

// replies tracks how much of the replies to a request has been read. They are in version 2 of the
// protocol, which the library uses: see
// https://redis.io/docs/latest/develop/reference/protocol-spec/.
type replies struct {
	bytes, lists int
	line         []byte // the part of a line that has been read
	skip         int    // bytes still to come of a string, with its line end
}

// accept reads the next bytes, and reports whether the replies are within the limits.
func (r *replies) accept(p []byte) bool {
	r.bytes += len(p)
	if r.bytes > largestReply {
		return false
	}
	for len(p) > 0 {
		if r.skip > 0 {
			n := min(r.skip, len(p))
			p, r.skip = p[n:], r.skip-n
			continue
		}
		b := p[0]
		p = p[1:]
		if b != '\n' {
			r.line = append(r.line, b)
			if len(r.line) > longestLine {
				return false
			}
			continue
		}
		if !r.acceptLine() {
			return false
		}
		r.line = r.line[:0]
	}
	return true
}

// acceptLine reads a line, which may say how long the next string or list is.
func (r *replies) acceptLine() bool {
	const end = len("\r\n")
	if len(r.line) < end {
		return false
	}
	kind, text := r.line[0], r.line[1:len(r.line)-1]
	switch kind {
	case '$':
		n, err := strconv.Atoi(string(text))
		if err != nil || n < -1 || n > largest+1 {
			return false
		}
		if n >= 0 {
			r.skip = n + end
		}
	case '*':
		n, err := strconv.Atoi(string(text))
		r.lists++
		return err == nil && n >= -1 && n <= mostItems && r.lists <= mostItems
	}
	return true
}
