package cmd

import (
	"context"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// untilSignal is a context that ends at the first signal of [endSignals]. It handles
// signals from the first call of Done, handle or dial on; before that a signal ends the process
// at once. So a short command, which neither waits nor prints on stderr, does not pay for
// the handlers.
type untilSignal struct {
	context.Context
	cancel     context.CancelFunc
	later, now sync.Once // of Done and of handle
}

func newUntilSignal() *untilSignal {
	ctx, cancel := context.WithCancel(context.Background())
	return &untilSignal{Context: ctx, cancel: cancel}
}

// Done installs the handlers in another goroutine, because that takes a third of a
// millisecond.
func (c *untilSignal) Done() <-chan struct{} {
	c.later.Do(func() { go c.handle() })
	return c.Context.Done()
}

// handle returns when signals are handled.
func (c *untilSignal) handle() {
	c.now.Do(func() {
		came := make(chan os.Signal, 1)
		signal.Notify(came, endSignals()...)
		go func() {
			<-came
			signal.Stop(came) // a second Ctrl-C ends the process at once
			c.cancel()
		}()
	})
}

// dial connects as net/http does, and returns when signals are handled: a command that has
// sent a request ends with its own exit code. Done installs the handlers meanwhile.
func (c *untilSignal) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	c.handle()
	return conn, err
}

// interruptibly is stderr. A person who reads a line there can interrupt the command and
// expects it to clean up, so the first Write waits until signals are handled.
type interruptibly struct {
	*os.File
	until *untilSignal
}

func (w interruptibly) Write(b []byte) (int, error) {
	w.until.handle()
	return w.File.Write(b)
}

// handleSignals returns when signals are handled, if stderr is that of the process. Call it
// before changing what a signal must not leave behind, such as the terminal's modes or a
// temporary file, unless something is printed on stderr before.
func handleSignals(stderr io.Writer) {
	if w, ours := stderr.(interruptibly); ours {
		w.until.handle()
	}
}

// forProgram returns stderr for a program that talks to the person. It needs the file:
// through a pipe it would not see the terminal, and if it left a process behind, it would
// not seem to end.
func forProgram(stderr io.Writer) io.Writer {
	if w, ours := stderr.(interruptibly); ours {
		w.until.handle()
		return w.File
	}
	return stderr
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
