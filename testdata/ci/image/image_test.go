package main

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// programFor returns a static program whose header says that it is for a machine. It need not
// run.
func programFor(t *testing.T, machine elf.Machine) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint16(content[18:], uint16(machine))
	path := filepath.Join(t.TempDir(), machine.String())
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPlatforms writes an image with two programs.
func TestPlatforms(t *testing.T) {
	to := filepath.Join(t.TempDir(), "image.tar")
	err := run([]string{to, "linux/amd64=" + programFor(t, elf.EM_X86_64), "linux/arm64=" + programFor(t, elf.EM_AARCH64)})
	if err != nil {
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(unpack(t, to))
	if err != nil {
		t.Fatal(err)
	}
	var names, platforms []string
	list := manifests(t, index)
	for _, m := range list {
		names = append(names, m.Annotations["org.opencontainers.image.ref.name"])
	}
	both, err := index.ImageIndex(list[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range manifests(t, both) {
		image, err := both.Image(m.Digest)
		if err != nil {
			t.Fatal(err)
		}
		settings, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		platforms = append(platforms, m.Platform.String(), settings.Platform().String())
	}
	if diff := cmp.Diff([]string{"localhost/ssoctl:latest"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"linux/amd64", "linux/amd64", "linux/arm64", "linux/arm64"}, platforms); diff != "" {
		t.Error(diff)
	}
}

func unpack(t *testing.T, archive string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if out, err := exec.Command("tar", "-xf", archive, "-C", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

func manifests(t *testing.T, index v1.ImageIndex) []v1.Descriptor {
	t.Helper()
	m, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	return m.Manifests
}

// TestRefuses gives programs that could not run in the image.
func TestRefuses(t *testing.T) {
	for arg, want := range map[string]string{
		"linux/arm64=" + programFor(t, elf.EM_X86_64):   "is for EM_X86_64, not for linux/arm64",
		"windows/amd64=" + programFor(t, elf.EM_X86_64): "is for EM_X86_64, not for windows/amd64",
		"linux/riscv64=" + programFor(t, elf.EM_RISCV):  "is for EM_RISCV, not for linux/riscv64",
		"linux/amd64=image.go":                          "bad magic number",
		"linux/amd64":                                   "expected OS/ARCHITECTURE=PROGRAM",
	} {
		to := filepath.Join(t.TempDir(), "image.tar")
		err := run([]string{to, arg})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", arg, err, want)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s: an image was written", arg)
		}
	}
}
