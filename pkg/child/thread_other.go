//go:build unix && !linux

package child

import "syscall"

// endWithThread does nothing: only the guard ends the process if this one is killed.
func endWithThread(*syscall.SysProcAttr) {}
