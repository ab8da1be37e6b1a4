// Package keyboard reads single keys from a terminal without Enter ([Listen]), and turns
// off a terminal's echo ([Mute]).
package keyboard

import (
	"os"
	"sync"

	"golang.org/x/term"
)

// Listen makes the terminal f deliver each key at once and without echo. restore puts the
// terminal back as it was; it may be called repeatedly and from any goroutine. Ctrl-C and
// Ctrl-Z remain signals. After restore, one more byte may be read and lost.
//
// ok is false, and nothing is changed, if f is not a terminal, if this process is in the
// background, or if the system is not supported.
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
		_ = term.Restore(fd, before) // fails if the terminal is gone
	}), true
}

// Mute turns off the echo of the terminal f, in line mode. Call it before you print a
// question whose answer must not show, so that an early answer does not show either. restore
// puts the terminal back as it was. Mute fails with [errors.ErrUnsupported] if the system is
// not supported, and otherwise if f is not a terminal.
func Mute(f *os.File) (restore func(), err error) {
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	if err := mute(fd); err != nil {
		return nil, err
	}
	return func() {
		_ = term.Restore(fd, before) // fails if the terminal is gone
	}, nil
}
