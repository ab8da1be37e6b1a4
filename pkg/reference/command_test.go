package reference

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	script := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	script("here", `echo "here $1"`)
	for _, test := range []struct{ program, out, err, stderr string }{
		{"echo secret", "secret", "", ""},
		{"printf secret", "secret", "", ""},
		{"printf 'secret\\r\\nuser: me\\n'", "secret", "", ""},
		{"echo; echo second", "", "", ""},
		{"true", "", "", ""},
		{"read line; echo $line", "typed", "", ""},
		{"pwd", dir, "", ""},
		{"./here it", "here it", "", ""},
		{"echo unlocking >&2; echo secret", "secret", "", "unlocking\n"},
		{"echo secret; exit 3", "", "exit status 3", ""},
		{"kill -9 $$", "", "signal: killed", ""},
		{"yes", "", "it printed more than 64 KiB", ""},
	} {
		var stderr bytes.Buffer
		got, err := Run(t.Context(), dir, []string{"sh", "-c", test.program}, strings.NewReader("typed\n"), &stderr)
		message := ""
		if err != nil {
			message = err.Error()
		}
		if got != test.out || message != test.err || stderr.String() != test.stderr {
			t.Errorf("%s: %q, %q, stderr %q; want %q, %q, %q", test.program, got, message, stderr.String(), test.out, test.err, test.stderr)
		}
	}
	if got, err := Run(t.Context(), dir, []string{"./here", "it"}, nil, nil); got != "here it" || err != nil {
		t.Errorf("a program in dir: %q, %v", got, err)
	}
	if _, err := Run(t.Context(), dir, []string{"no-such-program"}, nil, nil); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("a missing program: %v", err)
	}
}

// When ctx ends, so does the program, even one that ignores the interrupt or has left a
// child with its streams.
func TestRunEnds(t *testing.T) {
	for _, program := range []string{"sleep 60", "trap '' INT; sleep 60", "sleep 60 & wait"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		begun := time.Now()
		if _, err := Run(ctx, "", []string{"sh", "-c", program}, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", program, err)
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: ended after %s", program, took)
		}
	}
}
