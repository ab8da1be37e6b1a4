package ci_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestRecipes checks the recipes for Testcontainers as far as it goes without containers: that
// for Go compiles, those for Node and Java parse.
func TestRecipes(t *testing.T) {
	t.Parallel()
	t.Run("Go", func(t *testing.T) {
		// The file appears in this module, which has the library.
		folder := t.TempDir()
		file := write(t, folder, "vendor_test.go", example(t, "containers.md", "vendor_test.go"))
		here, err := filepath.Abs("recipe/vendor_test.go")
		if err != nil {
			t.Fatal(err)
		}
		overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{here: file}})
		if err != nil {
			t.Fatal(err)
		}
		succeeds(t, "go", "test", "-run", "^$", "-overlay", write(t, folder, "overlay.json", overlay), "./recipe")
	})
	t.Run("Node", func(t *testing.T) {
		needs(t, "node")
		succeeds(t, "node", "--check", write(t, t.TempDir(), "vendor.mjs", example(t, "containers.md", "vendor.mjs")))
	})
	t.Run("Java", func(t *testing.T) {
		if _, err := exec.LookPath("javac"); err != nil {
			t.Skip("javac is not installed")
		}
		succeeds(t, "java", "Parse.java", write(t, t.TempDir(), "Vendor.java", example(t, "containers.md", "Vendor.java")))
	})
}

func succeeds(t *testing.T, program string, args ...string) {
	t.Helper()
	command := exec.Command(program, args...)
	command.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", program, err, out)
	}
}
