//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package keyboard

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// inForeground reports whether this process may change the terminal. The system stops a
// background process that tries.
func inForeground(fd int) bool {
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// unbuffered turns off line buffering and echo. Unlike [term.MakeRaw] it keeps signals
// and the translation of line ends in the output.
func unbuffered(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ICANON | unix.ECHO
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, setMode, mode)
}

// mute turns off echo and turns on line mode.
func mute(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO
	mode.Lflag |= unix.ICANON | unix.ISIG
	mode.Iflag |= unix.ICRNL
	return unix.IoctlSetTermios(fd, setMode, mode)
}

// resume calls unbuffered again after Ctrl-Z and fg, because the shell resets the
// terminal in between.
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
				_ = unbuffered(fd) // fails if the terminal is gone
			}
		}
	}
}
