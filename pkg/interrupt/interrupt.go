// Package interrupt ends a command at Ctrl-C and similar signals. The handlers are installed
// when something needs them: a [Context] that is waited for, a line on [Stderr], or [Handle].
// A short command, which neither waits nor prints on stderr, does not pay for them, and a
// signal ends it at once.
package interrupt

import (
	"context"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Context is a context that ends at the first signal of [Signals]. It handles signals from
// the first call of Done, Dial or [Handle] on.
type Context struct {
	context.Context
	cancel     context.CancelFunc
	later, now sync.Once // of Done and of handle
}

// New returns a context for the whole run of a command.
func New() *Context {
	ctx, cancel := context.WithCancel(context.Background())
	return &Context{Context: ctx, cancel: cancel}
}

// Done installs the handlers in another goroutine, because that takes a third of a
// millisecond.
func (c *Context) Done() <-chan struct{} {
	c.later.Do(func() { go c.handle() })
	return c.Context.Done()
}

// handle returns when signals are handled.
func (c *Context) handle() {
	c.now.Do(func() {
		came := make(chan os.Signal, 1)
		signal.Notify(came, Signals()...)
		go func() {
			<-came
			signal.Stop(came) // a second Ctrl-C ends the process at once
			c.cancel()
		}()
	})
}

// Dial connects as net/http does, and returns when signals are handled: a command that has
// sent a request ends with its own exit code. Done installs the handlers meanwhile.
func (c *Context) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	c.handle()
	return conn, err
}

// Stderr is the standard error of the process. A person who reads a line there can interrupt
// the command and expects it to clean up, so the first Write waits until signals are handled.
type Stderr struct {
	*os.File
	Until *Context
}

// Write implements [io.Writer].
func (w Stderr) Write(b []byte) (int, error) {
	w.Until.handle()
	return w.File.Write(b)
}

// standardError returns the Stderr that w is, or that its method Unwrap returns.
func standardError(w io.Writer) (Stderr, bool) {
	if outer, wraps := w.(interface{ Unwrap() io.Writer }); wraps {
		w = outer.Unwrap()
	}
	s, is := w.(Stderr)
	return s, is
}

// Handle returns when signals are handled, if stderr is or wraps a [Stderr]. Call it
// before changing what a signal must not leave behind, such as the terminal's modes or a
// temporary file, unless something is printed on stderr before.
func Handle(stderr io.Writer) {
	if w, ours := standardError(stderr); ours {
		w.Until.handle()
	}
}

// ReturnBrokenPipes makes a write to a pipe whose reader has gone return an error. Otherwise Go
// ends the process at such a write to stdout or stderr.
func ReturnBrokenPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// ForProgram returns stderr for a program that talks to the person. It needs the file:
// through a pipe it would not see the terminal, and if it left a process behind, it would
// not seem to end.
func ForProgram(stderr io.Writer) io.Writer {
	if w, ours := standardError(stderr); ours {
		w.Until.handle()
		return w.File
	}
	return stderr
}

// Signals are the signals after which a command cleans up and ends: it restores the
// terminal and removes temporary files. SIGHUP, from a closed terminal, is one of them
// unless nohup ignores it.
func Signals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
