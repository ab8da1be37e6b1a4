// Package idp_test has ssoctl log in at servers that other people wrote, on loopback:
// README.md says which.
package idp_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// programs is the folder of ssoctl, and of xdg-open, the browser that ssoctl opens.
var programs string

// TestMain runs the tests, or plays the browser if it is called as xdg-open.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "xdg-open" {
		if _, err := newBrowser().open(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, "the browser:", err)
			os.Exit(1)
		}
		return
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "ssoctl-idp")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	programs = folder
	if err := install(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// install puts ssoctl (that of SSOCTL, otherwise a new one) and the browser into programs.
func install() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(self, filepath.Join(programs, "xdg-open")); err != nil {
		return err
	}
	target := filepath.Join(programs, "ssoctl")
	if built := os.Getenv("SSOCTL"); built != "" {
		return os.Symlink(built, target)
	}
	build := exec.Command("go", "build", "-o", target, ".")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %v\n%s", err, out)
	}
	return nil
}
