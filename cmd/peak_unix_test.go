//go:build unix

package cmd_test

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns the peak resident memory of an ended process, in MiB.
func peakMemory(p *os.ProcessState) int64 {
	most := p.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS == "darwin" { // in bytes, elsewhere in KiB
		most >>= 10
	}
	return int64(most) >> 10
}
