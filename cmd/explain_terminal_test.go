package cmd_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// feed makes a named pipe. start writes 2 MiB of a log to the pipe; when it returns, ssoctl
// has read nearly all of them.
func feed(t *testing.T) (path string, start func() *os.File) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "log")
	if out, err := exec.Command("mkfifo", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path, func() *os.File {
		pipe, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = pipe.Write(bytes.Repeat([]byte("nothing to see here\n"), 2<<20/20))
		}
		if err != nil {
			t.Fatal(err)
		}
		return pipe
	}
}

// TestExplainShowsProgress: while explain reads a long text, the terminal shows a progress
// line, which disappears at the end.
func TestExplainShowsProgress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flags, shown, end string
		interrupted       bool
	}{
		"end":     {"", `(?m)^(1\.9|2\.0) MiB read, Ctrl-C stops$`, `(?m)^20010  (?s:.*)exit 0`, false},
		"Ctrl-C":  {" --lang zh", `(?m)^已读取 (1\.9|2\.0) MiB，按 Ctrl-C 停止$`, `ssoctl: \S+\nexit 130`, true},
		"--quiet": {" -q", "", `(?m)^20010  (?s:.*)exit 0`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, start := feed(t)
			term := openTerminal(t, 80, 24, nil, "explain"+test.flags+" "+path)
			pipe := start()
			defer pipe.Close()
			if test.shown != "" {
				term.await(test.shown)
			} else {
				time.Sleep(time.Second) // enough for a progress line to appear
				if text := strings.TrimSpace(strings.Join(term.screen(), "\n")); text != "" {
					t.Errorf("want no progress line, got %s", text)
				}
			}
			if test.interrupted {
				term.tmux("send-keys", "C-c")
			} else if _, err := pipe.WriteString("code 20010\n"); err != nil {
				t.Fatal(err)
			} else {
				pipe.Close()
			}
			term.await(test.end)
			if text := strings.Join(term.screen(), "\n"); strings.Contains(text, "MiB") {
				t.Errorf("the progress line was left on the screen:\n%s", text)
			}
		})
	}
}
