//go:build !windows

package failure

import "syscall"

const (
	connectionRefused   = syscall.ECONNREFUSED
	addressNotAvailable = syscall.EADDRNOTAVAIL
	addressInUse        = syscall.EADDRINUSE
)

// systemTexts are the Chinese texts of errors that only this system has.
var systemTexts map[error]string
