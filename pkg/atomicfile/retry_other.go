//go:build !windows

package atomicfile

// isInUse is always false: files that are open can be replaced and removed.
func isInUse(error) bool { return false }
