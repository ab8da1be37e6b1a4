//go:build unix

package reference

import (
	"strings"
	"testing"
)

// Reading a device that never ends stops at the limit.
func TestResolveSpecialFiles(t *testing.T) {
	if _, err := tree(t).Resolve("file:/dev/zero"); err == nil || !strings.Contains(err.Error(), "larger than 64 KiB") {
		t.Errorf("/dev/zero: %v", err)
	}
}
