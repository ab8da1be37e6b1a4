package terminal

import (
	"context"
	"io"
)

// Interruptible returns a reader of in whose Read returns when ctx ends, even if no input
// arrives. Do not use it after that: the Read of in may still be running.
func Interruptible(ctx context.Context, in io.Reader) io.Reader {
	return &interruptible{ctx: ctx, in: in}
}

type interruptible struct {
	ctx context.Context
	in  io.Reader
	own []byte // buffer for in.Read, which may outlive our Read and the caller's buffer
}

func (r *interruptible) Read(b []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	if r.own == nil {
		r.own = make([]byte, 256<<10)
	}
	own := r.own[:min(len(b), len(r.own))]
	done := make(chan result, 1)
	go func() {
		n, err := r.in.Read(own)
		done <- result{n, err}
	}()
	select {
	case got := <-done:
		return copy(b, own[:got.n]), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
