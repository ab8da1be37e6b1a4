package regularfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"ssoctl/pkg/regularfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, n int) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if data, err := regularfile.Read(write("full", 1<<20), 1); err != nil || len(data) != 1<<20 {
		t.Errorf("got %d bytes, error %v; want 1 MiB", len(data), err)
	}
	if _, err := regularfile.Read(write("large", 1<<20+1), 1); err == nil || err.Error() != "larger than 1 MiB" {
		t.Errorf("got error %v, want one about the size", err)
	}
	for _, path := range []string{dir, os.DevNull} {
		if _, _, err := regularfile.Open(path); !errors.Is(err, regularfile.ErrNotRegular) {
			t.Errorf("%s: got error %v, want ErrNotRegular", path, err)
		}
	}
	for _, path := range []string{"", filepath.Join(dir, "none"), filepath.Join(dir, "full", "below")} {
		if _, err := regularfile.Read(path, 1); !regularfile.IsAbsent(err) {
			t.Errorf("%q: got error %v, want absent", path, err)
		}
	}
}
