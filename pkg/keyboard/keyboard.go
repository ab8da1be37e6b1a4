// Package keyboard reads single keys from a terminal, without Enter.
package keyboard

import (
	"os"
	"sync"

	"golang.org/x/term"
)

// Listen has the terminal f hand over every key at once and show none, until
// restore is called, which gives the terminal back as it was and may be called
// again, from anywhere. Ctrl-C and Ctrl-Z remain signals. At most one byte is
// read that nobody takes.
//
// Not ok, and nothing is changed, where f is no terminal, or that of another
// process while this one is in the background, or on a system where it cannot
// be done.
func Listen(f *os.File) (keys <-chan byte, restore func(), ok bool) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) || !inForeground(fd) {
		return nil, nil, false
	}
	before, err := term.GetState(fd)
	if err != nil || unbuffered(fd) != nil {
		return nil, nil, false
	}
	out, done := make(chan byte), make(chan struct{})
	go resume(fd, done)
	go func() {
		for b := make([]byte, 1); ; {
			if n, err := f.Read(b); err != nil || n == 0 {
				return
			}
			select {
			case out <- b[0]:
			case <-done:
				return
			}
		}
	}()
	return out, sync.OnceFunc(func() {
		close(done)
		_ = term.Restore(fd, before) // fails when the terminal has gone
	}), true
}
