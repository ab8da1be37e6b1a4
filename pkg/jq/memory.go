package jq

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"time"

	"ssoctl/pkg/lang"
)

// maxMemory is the largest growth of the heap during a run, in bytes.
const maxMemory = 40 << 20

var errMemory = lang.Errorf(lang.Text{EN: "the expression takes more than %d MiB of memory", ZH: "表达式占用的内存超过 %d MiB"}, maxMemory>>20)

// errMany means that an expression took more operations than gauge.max.
var errMany = errors.New("too many operations")

// gauge is a context that ends when the heap has grown too much, or after a number of
// operations. gojq asks its context before each operation. A watching goroutine alone is
// not enough: on a busy machine it may run too late.
type gauge struct {
	context.Context
	before uint64 // heap at the start; 0 if not measured yet
	max    int    // operations; 0 for any number
	asked  int
	err    error
}

// Done is called by gojq's goroutine alone.
func (g *gauge) Done() <-chan struct{} {
	const interval = 16 // operations; an expression can double a string in eight
	g.asked++
	switch {
	case g.err != nil:
	case g.max > 0 && g.asked > g.max:
		g.err = errMany
	case g.asked%interval != 0:
	case g.before == 0:
		g.before = heap()
	case exceeds(g.before):
		g.err = errMemory
	}
	if g.err != nil {
		ended := make(chan struct{})
		close(ended)
		return ended
	}
	return g.Context.Done()
}

// Err is called by gojq's goroutine alone.
func (g *gauge) Err() error {
	if g.err != nil {
		return g.err
	}
	return g.Context.Err()
}

// watchInterval is how often the heap is measured during an operation.
const watchInterval = 5 * time.Millisecond

// exceeds reports whether the heap has grown by more than maxMemory since before.
func exceeds(before uint64) bool {
	limit, now := before+maxMemory, heap()
	if now > limit && now < 2*limit {
		runtime.GC() // it may be garbage
		now = heap()
	}
	return now > limit
}

// heap returns the bytes of all objects, including garbage.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
