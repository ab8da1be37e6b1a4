package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"ssoctl/pkg/mirror"
)

// processes returns the browser processes that use the folder, in the order of their ids.
func processes(t *testing.T, dir string) []int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, path := range lines {
		line, _ := os.ReadFile(path) // the process may have ended
		var pid int
		if _, err := fmt.Sscanf(path, "/proc/%d/", &pid); err == nil && bytes.Contains(line, []byte("--user-data-dir="+dir)) {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}

// The browser opens no port and gets only the environment that it needs. If it is killed,
// Watch says so and leaves nothing behind.
func TestKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	b, dir := chromium(t)
	t.Setenv("SSOCTL_CLIENT_SECRET", "not-for-the-browser")
	w := watch(t, b.Watch, site(t, map[string]string{"/": `{{code "one"}}`}).URL)
	w.sees("one")
	pids := processes(t, dir)
	if len(pids) == 0 {
		t.Fatal("no process uses the folder")
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pids[0]))
	if err != nil || !bytes.Contains(line, []byte("--remote-debugging-pipe")) || bytes.Contains(line, []byte("--remote-debugging-port")) {
		t.Errorf("%v: %q", err, line)
	}
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pids[0]))
	if err != nil || bytes.Contains(environ, []byte("SSOCTL_")) {
		t.Errorf("%v: %q", err, environ)
	}
	for _, name := range left(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != fs.ModeDir|0o700 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	process, err := os.FindProcess(pids[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := w.ends(); !errors.As(err, new(*mirror.BrowserError)) || errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	if pids := processes(t, dir); len(pids) > 0 {
		t.Errorf("still running: %v", pids)
	}
}
