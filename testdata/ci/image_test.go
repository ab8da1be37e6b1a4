//go:build linux

package ci_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// TestImage builds the image for this machine, unpacks it, and runs what its settings say, as
// its user and with nothing but its files.
func TestImage(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("only root can run an image's files")
		}
		t.Skip("only root can run an image's files")
	}
	folder := t.TempDir()
	archive := buildImage(t, folder, "image.tar")
	if again := buildImage(t, folder, "again.tar"); !bytes.Equal(read(t, archive), read(t, again)) {
		t.Error("the same program gave two images")
	}
	c := unpackImage(t, archive)

	t.Run("settings", func(t *testing.T) { checkSettings(t, c) })
	t.Run("emulator", func(t *testing.T) {
		port := freePort(t)
		health := replacePort(c.settings.Healthcheck.Test[1:], port)
		if code := exitCode(t, c.command(t, health...)); code != 6 {
			t.Errorf("before the start: healthcheck ended with %d, want 6", code)
		}
		stop := c.start(t, health, "emulate", "oauth2", "--listen", "0.0.0.0:"+port)
		stop()
	})
	t.Run("certificates", func(t *testing.T) {
		port := freePort(t)
		at := "https://127.0.0.1:" + port
		stop := c.start(t, []string{c.program(), "emulate", "healthcheck", at, "--tls-ca", "/tmp/ca.pem"},
			"emulate", "oauth2", "--listen", "0.0.0.0:"+port, "--tls", "--tls-ca", "/tmp/ca.pem")
		defer stop()
		token := []string{
			c.program(), "token", "-p", "oauth2", "--set", "token_url=" + at + "/oauth2/token",
			"--set", "client_id=emulated-client-id", "--set", "client_secret=emulated-client-secret-not-real",
		}
		if code := exitCode(t, c.command(t, token...)); code != 6 {
			t.Errorf("without the CA: token ended with %d, want 6", code)
		}
		// The program reads the image's file of certificates, and writes its cache.
		roots := c.path("etc/ssl/certs/ca-certificates.crt")
		all := append(read(t, roots), read(t, c.path("tmp/ca.pem"))...)
		if err := os.WriteFile(roots, all, 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := c.command(t, token...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		info, err := os.Stat(c.path("home/ssoctl/.cache/ssoctl"))
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != 65532 {
			t.Errorf("the cache belongs to the user %d", owner)
		}
	})
	t.Run("compose", func(t *testing.T) { checkCompose(t, c) })
}

func buildImage(t *testing.T, folder, name string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	build := exec.Command("go", "run", "./image", path, "linux/"+runtime.GOARCH+"="+ssoctl(t))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// container is an unpacked image.
type container struct {
	root     string
	settings v1.Config
}

func unpackImage(t *testing.T, archive string) container {
	t.Helper()
	at := t.TempDir()
	extract(t, at, bytes.NewReader(read(t, archive)))
	index, err := layout.ImageIndexFromPath(at)
	if err != nil {
		t.Fatal(err)
	}
	images, err := index.IndexManifest()
	if err != nil || len(images.Manifests) != 1 {
		t.Fatalf("%v: want one image in %v", err, images)
	}
	platforms, err := index.ImageIndex(images.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	list, err := platforms.IndexManifest()
	if err != nil || len(list.Manifests) != 1 {
		t.Fatalf("%v: want one platform in %v", err, list)
	}
	want := &v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
	if diff := cmp.Diff(want, list.Manifests[0].Platform); diff != "" {
		t.Error(diff)
	}
	image, err := platforms.Image(list.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := container{t.TempDir(), settings.Config}
	files := mutate.Extract(image)
	defer files.Close()
	extract(t, c.root, files)
	// The folders of a test are closed to others.
	for dir := c.root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// extract unpacks an archive with its modes and owners.
func extract(t *testing.T, to string, archive io.Reader) {
	t.Helper()
	files := tar.NewReader(archive)
	for {
		h, err := files.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var f *os.File
			if f, err = os.Create(path); err == nil {
				_, err = io.Copy(f, files)
				err = errors.Join(err, f.Close())
			}
		}
		if err = errors.Join(err, os.Chown(path, h.Uid, h.Gid), os.Chmod(path, h.FileInfo().Mode())); err != nil {
			t.Fatal(err)
		}
	}
}

func (c container) path(name string) string { return filepath.Join(c.root, name) }
func (c container) program() string         { return c.settings.Entrypoint[0] }

// command returns a program of the image, to run as the first process of a container does.
func (c container) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	var user, group uint32
	if _, err := fmt.Sscanf(c.settings.User, "%d:%d", &user, &group); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Path, command.Err = args[0], nil // from the image, not from here
	command.Dir, command.Env = c.settings.WorkingDir, c.settings.Env
	command.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     c.root,
		Credential: &syscall.Credential{Uid: user, Gid: group},
		Cloneflags: syscall.CLONE_NEWPID,
	}
	return command
}

// start runs the image with arguments and waits until it is healthy. The function that it
// returns stops it as container engines do.
func (c container) start(t *testing.T, health []string, args ...string) (stop func()) {
	t.Helper()
	command := c.command(t, append(c.settings.Entrypoint, args...)...)
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for {
		out, err := c.command(t, health...).CombinedOutput()
		if err == nil {
			break
		}
		select {
		case ending := <-ended:
			t.Fatalf("%v: %s\n%v\n%s", err, out, ending, &log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return func() {
		t.Helper()
		command.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("SIGTERM: %v\n%s", err, &log)
			}
		case <-time.After(10 * time.Second): // Docker's patience
			t.Error("SIGTERM did not end the emulator")
			command.Process.Kill()
		}
	}
}

func exitCode(t *testing.T, command *exec.Cmd) int {
	t.Helper()
	err := command.Run()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return 0
}

// replacePort replaces port 8080, which may be in use here.
func replacePort(args []string, port string) []string {
	var out []string
	for _, arg := range args {
		out = append(out, strings.ReplaceAll(arg, "127.0.0.1:8080", "127.0.0.1:"+port))
	}
	return out
}

func checkSettings(t *testing.T, c container) {
	want := v1.Config{
		Entrypoint:   []string{"/usr/bin/ssoctl"},
		User:         "65532:65532",
		WorkingDir:   "/home/ssoctl",
		Env:          []string{"PATH=/usr/bin", "HOME=/home/ssoctl"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Labels:       map[string]string{"org.opencontainers.image.title": "ssoctl"},
		Healthcheck: &v1.HealthConfig{
			Test:     []string{"CMD", "/usr/bin/ssoctl", "emulate", "healthcheck", "http://127.0.0.1:8080"},
			Interval: 5 * time.Second, Timeout: 5 * time.Second, StartPeriod: 5 * time.Second, Retries: 3,
		},
	}
	if diff := cmp.Diff(want, c.settings); diff != "" {
		t.Error(diff)
	}
	var files []string
	err := filepath.WalkDir(c.root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(path, c.root))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/etc/group", "/etc/passwd", "/etc/ssl/certs/ca-certificates.crt", "/usr/bin/ssoctl"}, files); diff != "" {
		t.Error(diff)
	}
	if n := bytes.Count(read(t, c.path("etc/ssl/certs/ca-certificates.crt")), []byte("BEGIN CERTIFICATE")); n < 100 {
		t.Errorf("the image trusts %d authorities, want at least 100", n)
	}
}

// freePort returns a port of loopback that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	return port
}
