//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package keyboard

import "errors"

func inForeground(int) bool { return false }

func unbuffered(int) error { return errors.ErrUnsupported }

func mute(int) error { return errors.ErrUnsupported }

func resume(int, <-chan struct{}) {}
