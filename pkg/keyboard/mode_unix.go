//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package keyboard

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// inForeground reports whether the terminal is this process's to change: one in
// the background would be stopped for trying.
func inForeground(fd int) bool {
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// unbuffered turns off lines and echo. Unlike term.MakeRaw it leaves the signals,
// and the line ends of what is printed meanwhile.
func unbuffered(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ICANON | unix.ECHO
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, setMode, mode)
}

// resume turns both off again when the process goes on after Ctrl-Z: meanwhile the
// shell had the terminal.
func resume(fd int, done <-chan struct{}) {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	for {
		select {
		case <-done:
			return
		case <-continued:
			if inForeground(fd) {
				_ = unbuffered(fd) // fails when the terminal has gone
			}
		}
	}
}
