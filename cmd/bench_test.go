package cmd_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkEmulateReady starts ssoctl emulate, built as users build it. It reports the time
// until the emulator responds, and its memory then. Use -benchtime 20x.
func BenchmarkEmulateReady(b *testing.B) {
	program := built(b, "ssoctl")
	var took []time.Duration
	resident := 0
	for range b.N {
		c := exec.Command(program, "emulate", "-o", "json", "-q")
		c.Dir = b.TempDir()
		out, err := c.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadBytes('\n')
		var at struct{ Address string }
		if err == nil {
			err = json.Unmarshal(line, &at)
		}
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Get(at.Address + "/_/health")
		took = append(took, time.Since(begun))
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("health check: got %v, error %v, want HTTP 200", resp, err)
		}
		resp.Body.Close()
		resident = max(resident, residentKiB(b, c.Process.Pid))
		c.Process.Kill()
		c.Wait()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-to-ready")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-at-most")
	b.ReportMetric(float64(resident)/1024, "MiB-when-ready")
	b.ReportMetric(0, "ns/op")
}

// residentKiB returns the resident memory of a process in KiB, from /proc. It skips the
// benchmark where there is no /proc.
func residentKiB(b *testing.B, pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("/proc/PID/status lacks VmRSS")
	return 0
}
