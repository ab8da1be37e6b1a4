package cmd

import (
	"context"
	"io"
)

// abandoned is a reader whose Read returns when ctx ends, also while nobody types. It is
// of no use afterwards: the Read of in may still be going on.
type abandoned struct {
	ctx context.Context
	in  io.Reader
	own []byte // that Read writes to, rather than to a buffer that the caller has back
}

func (a *abandoned) Read(b []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	if a.own == nil {
		a.own = make([]byte, 256<<10)
	}
	own := a.own[:min(len(b), len(a.own))]
	done := make(chan result, 1)
	go func() {
		n, err := a.in.Read(own)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return copy(b, own[:r.n]), r.err
	case <-a.ctx.Done():
		return 0, a.ctx.Err()
	}
}
