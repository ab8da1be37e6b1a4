package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlatformsPages checks that the generated pages are up to date. To write them again:
// go run ./cmd/platforms docs
func TestPlatformsPages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	generate := exec.CommandContext(t.Context(), "go", "run", "./platforms", dir)
	generate.Env = append(os.Environ(), "GOPROXY=off")
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"platforms.md", "platforms.zh-CN.md"} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "docs", name))
		if diff := cmp.Diff(string(want), string(got)); err != nil || diff != "" {
			t.Errorf("docs/%s is out of date: run go run ./cmd/platforms docs; error %v\n%s", name, err, diff)
		}
	}
}
