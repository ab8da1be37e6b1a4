package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isInUse reports whether another process may have the file open. Access is also denied to a
// file that is being replaced.
func isInUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
