package atomicfile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ssoctl/pkg/atomicfile"
)

// A file that another process has open for a moment can be replaced and removed.
func TestRetry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for name, do := range map[string]func() error{
		"replace": func() error { return atomicfile.Write(path, []byte("new"), 0o600) },
		"remove":  func() error { return atomicfile.Remove(path) },
	} {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(100*time.Millisecond, func() { f.Close() })
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
