package cmd

import (
	"context"
	"io"
)

// interruptible is a reader whose Read returns when ctx ends, even if no input arrives. Do
// not use it after that: the Read of in may still be running.
type interruptible struct {
	ctx context.Context
	in  io.Reader
	own []byte // buffer for in.Read, which may outlive our Read and the caller's buffer
}

func (a *interruptible) Read(b []byte) (int, error) {
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
