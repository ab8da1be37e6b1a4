package failure

import (
	"errors"
	"syscall"
)

// Package net has its own errors of Windows, which are not those of package syscall. Both are
// known here, because a browser's errors are translated to the latter.

// IsNotListening reports whether an error means that nothing listens at an address.
func IsNotListening(err error) bool {
	return isOneOf(err, syscall.ECONNREFUSED, syscall.EADDRNOTAVAIL, connectionRefused, addressNotAvailable)
}

// IsPortTaken reports whether an error means that another process listens at an address.
func IsPortTaken(err error) bool { return isOneOf(err, syscall.EADDRINUSE, addressInUse) }

func isOneOf(err error, numbers ...syscall.Errno) bool {
	for _, number := range numbers {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}
