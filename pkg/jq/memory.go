package jq

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// mostMemory is how much more memory an expression may take than there was, in bytes.
const mostMemory = 64 << 20

// memory watches how much more there is of it.
type memory struct {
	ticker *time.Ticker
	before uint64
	ticked bool // a run that ends before has not taken much
}

func watch() *memory { return &memory{ticker: time.NewTicker(5 * time.Millisecond), before: heap()} }

func (m *memory) stop() { m.ticker.Stop() }

func (m *memory) tick() <-chan time.Time { return m.ticker.C }

// exceeded is an error where there is too much.
func (m *memory) exceeded() error {
	m.ticked = true
	most, now := m.before+mostMemory, heap()
	if now > most && now < 2*most {
		runtime.GC() // some of it may be garbage
		now = heap()
	}
	if now <= most {
		return nil
	}
	return fmt.Errorf("the expression takes more than %d MiB of memory", mostMemory>>20)
}

// heap is the memory of all objects, in bytes, also of those that are no longer in use.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
