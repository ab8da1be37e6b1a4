package clients_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestDocs runs the programs of docs/forged.md. That for Node is in node/docs.test.js.
func TestDocs(t *testing.T) {
	t.Run("forged_test.go", func(t *testing.T) {
		root, err := filepath.Abs("../..")
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		file := write(t, folder, "forged_test.go", example(t, "forged_test.go"))
		// The file appears in a folder of ssoctl's module, which has what it imports.
		overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "docs", "forged_test.go"): file}})
		if err != nil {
			t.Fatal(err)
		}
		succeeds(t, root, "go", "test", "-count=1", "-overlay", write(t, folder, "overlay.json", string(overlay)), "./docs")
	})
	t.Run("forged.py", func(t *testing.T) {
		const python = "/usr/bin/python3" // for which apt installs libraries
		if err := exec.Command(python, "-c", "import authlib, requests").Run(); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip("python3-authlib or python3-requests is not installed")
		}
		folder := t.TempDir()
		write(t, folder, "forged.py", example(t, "forged.py"))
		emulate(t, "oidc", "--ready-file", filepath.Join(folder, "oidc.json"))
		succeeds(t, folder, python, "forged.py")
	})
}

// example returns the program of docs/forged.md that a comment before it names.
func example(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/forged.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)<!-- file: " + regexp.QuoteMeta(name) + " -->\n```\\w+\n(.*?)\n```\n").FindSubmatch(page)
	if m == nil {
		t.Fatalf("docs/forged.md has no %s", name)
	}
	return string(m[1])
}

// write writes a file and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// succeeds runs a program in a folder.
func succeeds(t *testing.T, folder, program string, args ...string) {
	t.Helper()
	command := exec.Command(program, args...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", program, err, out)
	}
}
