package atomicfile

import (
	"os"
	"time"
)

// Retry calls do, which opens, replaces or removes a file, again for up to a second while it
// fails because another process has the file open. Only Windows refuses that.
func Retry(do func() error) error {
	const (
		pause   = 10 * time.Millisecond
		longest = time.Second
	)
	for begun := time.Now(); ; time.Sleep(pause) {
		err := do()
		if err == nil || !isInUse(err) || time.Since(begun) > longest {
			return err
		}
	}
}

// Remove is os.Remove with [Retry].
func Remove(path string) error { return Retry(func() error { return os.Remove(path) }) }
