//go:build unix

package secret

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A project must not make the program wait for a pipe that nobody writes to, nor
// read a device without end.
func TestResolveSpecialFiles(t *testing.T) {
	r := tree(t)
	if err := syscall.Mkfifo(filepath.Join(r.Dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Resolve("file:/dev/zero"); err == nil || !strings.Contains(err.Error(), "larger than 64 KiB") {
		t.Errorf("/dev/zero: %v", err)
	}
	r.Confined = true
	if _, err := r.Resolve("file:pipe"); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a pipe: %v", err)
	}
}
