//go:build !unix

package cmd_test

import "os"

// peakMemory returns 0: there is no standard way to measure it here.
func peakMemory(*os.ProcessState) int64 { return 0 }
