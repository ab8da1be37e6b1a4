//go:build !unix

package child

import (
	"os"
	"syscall"
)

func (f family) lives() bool {
	_, err := os.FindProcess(f.Program)
	return f.Program != 0 && err == nil
}

func (f family) send(syscall.Signal) {
	if p, err := os.FindProcess(f.Program); err == nil {
		_ = p.Kill()
	}
}
