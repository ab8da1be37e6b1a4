//go:build !unix

package cmd_test

import "os"

// peakMemory is not known.
func peakMemory(*os.ProcessState) int64 { return 0 }
