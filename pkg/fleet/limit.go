package fleet

import (
	"context"
	"errors"
	"net"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// The largest replies to the operations of this package are a value, and a description of the
// server that lists its modules.
const (
	largestReply = 2 * largest // in bytes
	longestLine  = 4 << 10     // in bytes; lengths and errors are lines
	mostItems    = 256         // in one list, and lists in one reply
)

// errForeign says that a server does not answer as a Redis does.
var errForeign = errors.New("the reply is not one of a Redis")

// limited returns a function that connects like those of the library. The library allocates
// whatever length the server announces, which would end the process.
func limited(o *redis.Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := redis.NewDialer(o)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &limitedConn{Conn: conn}, nil
	}
}

// limitedConn is a connection that fails when replies are too large. It fails from then on,
// because the library ignores the errors of some reads.
type limitedConn struct {
	net.Conn
	replies replies
	failed  bool
}

func (c *limitedConn) Read(p []byte) (int, error) {
	if c.failed {
		return 0, errForeign
	}
	n, err := c.Conn.Read(p)
	if !c.replies.accept(p[:n]) {
		c.failed = true
		return 0, errForeign
	}
	return n, err
}

// Write sends a request. The limits count from there.
func (c *limitedConn) Write(p []byte) (int, error) {
	c.replies.bytes, c.replies.lists = 0, 0
	return c.Conn.Write(p)
}

// replies is how far the replies to a request have been read. See
// https://redis.io/docs/latest/develop/reference/protocol-spec/.
type replies struct {
	bytes, lists int
	line         []byte // what has been read of a line
	skip         int    // bytes of a string that follow, with its line end
}

// accept reads on, and reports whether the replies are within the limits.
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
	case '$', '=', '!':
		n, err := strconv.Atoi(string(text))
		if err != nil || n < -1 || n > largest+1 {
			return false
		}
		if n >= 0 {
			r.skip = n + end
		}
	case '*', '%', '~', '>', '|':
		n, err := strconv.Atoi(string(text))
		r.lists++
		return err == nil && n >= -1 && n <= mostItems && r.lists <= mostItems
	}
	return true
}
