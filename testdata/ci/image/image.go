package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// name is the image's name after loading.
const name = "localhost/ssoctl:latest"

// config is what a container runs, and how.
//
// Healthcheck is an addition of Docker's. The OCI's specification has no such field, and says
// to ignore it. It asks an emulator at port 8080.
var config = v1.Config{
	Entrypoint:   []string{programPath},
	User:         fmt.Sprintf("%d:%[1]d", user),
	WorkingDir:   home,
	Env:          []string{"PATH=" + filepath.Dir(programPath), "HOME=" + home},
	ExposedPorts: map[string]struct{}{"8080/tcp": {}},
	Labels:       map[string]string{"org.opencontainers.image.title": "ssoctl"},
	Healthcheck: &v1.HealthConfig{
		Test:     []string{"CMD", programPath, "emulate", "healthcheck", "http://127.0.0.1:8080"},
		Interval: 5 * time.Second, Timeout: 5 * time.Second, StartPeriod: 5 * time.Second, Retries: 3,
	},
}

// Write writes the image with all programs to a file.
func Write(path string, programs []Program) error {
	below, err := base()
	if err != nil {
		return err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range programs {
		image, err := build(below, p)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &p.Platform}})
	}
	temporary, err := os.MkdirTemp("", "image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	to, err := layout.Write(temporary, empty.Index)
	if err != nil {
		return err
	}
	names := map[string]string{"org.opencontainers.image.ref.name": name, "io.containerd.image.name": name}
	if err := to.AppendIndex(index, layout.WithAnnotations(names)); err != nil {
		return err
	}
	return pack(path, temporary)
}

// build returns the image for one platform.
func build(below []byte, p Program) (v1.Image, error) {
	above, err := archive(folder("usr", 0o755, 0), folder("usr/bin", 0o755, 0), file(programPath[1:], 0o755, p.Content))
	if err != nil {
		return nil, err
	}
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	image = mutate.ConfigMediaType(image, types.OCIConfigJSON)
	for _, l := range []struct {
		what    string
		content []byte
	}{{"certificates, user, folders", below}, {"ssoctl", above}} {
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(l.content)), nil
		}, tarball.WithMediaType(types.OCILayer))
		if err != nil {
			return nil, err
		}
		history := v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "make image", Comment: l.what}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: history}); err != nil {
			return nil, err
		}
	}
	settings, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	settings = settings.DeepCopy()
	settings.OS, settings.Architecture, settings.Variant = p.Platform.OS, p.Platform.Architecture, p.Platform.Variant
	settings.Created = v1.Time{Time: epoch}
	settings.Config = config
	return mutate.ConfigFile(image, settings)
}

// pack writes a folder as a tar file.
func pack(path, from string) error {
	var entries []entry
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			entries = append(entries, folder(name, 0o755, 0))
			return nil
		}
		content, err := os.ReadFile(path)
		entries = append(entries, file(name, 0o644, content))
		return err
	})
	if err != nil {
		return err
	}
	content, err := archive(entries...)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
