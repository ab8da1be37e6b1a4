package jq

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// mostMemory is the largest growth of the heap during a run, in bytes.
const mostMemory = 64 << 20

// memory measures how much the heap has grown.
type memory struct {
	ticker *time.Ticker
	before uint64 // heap at the start
	ticked bool   // exceeded was called; a run that ends before the first tick is small
}

func watch() *memory { return &memory{ticker: time.NewTicker(5 * time.Millisecond), before: heap()} }

func (m *memory) stop() { m.ticker.Stop() }

func (m *memory) tick() <-chan time.Time { return m.ticker.C }

// exceeded returns an error if the heap has grown too much.
func (m *memory) exceeded() error {
	m.ticked = true
	most, now := m.before+mostMemory, heap()
	if now > most && now < 2*most {
		runtime.GC() // some objects may be garbage
		now = heap()
	}
	if now <= most {
		return nil
	}
	return fmt.Errorf("the expression takes more than %d MiB of memory", mostMemory>>20)
}

// heap returns the size of all objects on the heap in bytes, including garbage.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
