//go:build unix

package secret

import (
	"strings"
	"testing"
)

// A device without end is not read for ever.
func TestResolveSpecialFiles(t *testing.T) {
	if _, err := tree(t).Resolve("file:/dev/zero"); err == nil || !strings.Contains(err.Error(), "larger than 64 KiB") {
		t.Errorf("/dev/zero: %v", err)
	}
}
