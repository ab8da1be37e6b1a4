//go:build unix

package cmd_test

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory is the largest memory, in MiB, that a process that has ended had at once.
func peakMemory(p *os.ProcessState) int64 {
	most := p.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS == "darwin" { // in bytes there
		most >>= 10
	}
	return int64(most) >> 10
}
