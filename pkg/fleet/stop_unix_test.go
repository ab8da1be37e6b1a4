//go:build unix

package fleet_test

import (
	"os"
	"syscall"
	"testing"
)

// stop stops a process without ending it.
func stop(t *testing.T, p *os.Process) {
	t.Helper()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}
