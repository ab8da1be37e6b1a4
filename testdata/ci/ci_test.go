// Package ci tests what this repository has for other systems: action.yml, the template for
// GitLab, the image, and the examples of docs/containers.md. It is a module of its own, so that
// its dependencies stay out of ssoctl.
package ci_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"
)

const root = "../.."

// ssoctl returns the path of the program in $SSOCTL, which make builds.
func ssoctl(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SSOCTL")
	if path == "" {
		path = filepath.Join(root, "ssoctl")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: build it with make build, or name it in $SSOCTL", err)
	}
	return path
}

// example returns the file of a page of docs that a comment before it names.
func example(t *testing.T, page, name string) []byte {
	t.Helper()
	text := read(t, filepath.Join(root, "docs", page))
	m := regexp.MustCompile("(?s)<!-- file: " + regexp.QuoteMeta(name) + " -->\n```\\w+\n(.*?\n)```\n").FindSubmatch(text)
	if m == nil {
		t.Fatalf("docs/%s has no %s", page, name)
	}
	return m[1]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// write writes a file of a test's folder and returns its path.
func write(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readYAML decodes a file. A member that to does not have is an error.
func readYAML(t *testing.T, path string, to any) {
	t.Helper()
	d := yaml.NewDecoder(bytes.NewReader(read(t, path)))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// needs skips the test if a program is missing, and fails it in CI.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(program + " is not installed")
	}
}

// release is an https server with an archive of ssoctl, as a release has it.
type release struct {
	url, sha256 string
	ca          string // the file with the server's certificate
}

func serveRelease(t *testing.T) release {
	t.Helper()
	program := read(t, ssoctl(t))
	var b bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(compressed)
	err = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "ssoctl", Mode: 0o755, Size: int64(len(program))})
	for _, step := range []func() error{func() error { _, err := w.Write(program); return err }, w.Close, compressed.Close} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ssoctl.tar.gz" {
			http.NotFound(w, r)
			return
		}
		w.Write(b.Bytes())
	}))
	t.Cleanup(s.Close)
	sum := sha256.Sum256(b.Bytes())
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	return release{s.URL + "/ssoctl.tar.gz", hex.EncodeToString(sum[:]), write(t, t.TempDir(), "ca.pem", ca)}
}
