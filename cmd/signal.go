package cmd

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// untilSignal is a context that ends at the first signal of [endSignals]. It handles
// signals from the first call of Done on, when something waits for its end: before that a
// signal ends the process at once, and short commands do not pay for the handlers.
type untilSignal struct {
	context.Context
	cancel context.CancelFunc
	listen sync.Once
}

func newUntilSignal() *untilSignal {
	ctx, cancel := context.WithCancel(context.Background())
	return &untilSignal{Context: ctx, cancel: cancel}
}

// Done installs the handlers in another goroutine, because that takes a third of a
// millisecond.
func (c *untilSignal) Done() <-chan struct{} {
	c.listen.Do(func() { go c.wait() })
	return c.Context.Done()
}

func (c *untilSignal) wait() {
	came := make(chan os.Signal, 1)
	signal.Notify(came, endSignals()...)
	<-came
	signal.Stop(came) // a second Ctrl-C ends the process at once
	c.cancel()
}

// endSignals are the signals after which a command cleans up and ends: it restores the
// terminal and removes temporary files. SIGHUP, from a closed terminal, is one of them
// unless nohup ignores it.
func endSignals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
