//go:build unix

package child

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain makes the test program the guard if it is started as that.
func TestMain(m *testing.M) {
	if IsGuard(os.Args) {
		Guard(os.Stdin)
		return
	}
	os.Exit(m.Run())
}

// run runs a line of sh, and returns what Run does and what was printed.
func run(ctx context.Context, t *testing.T, line string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	err = Run(ctx, Command{
		Args: []string{"sh", "-c", line}, Env: os.Environ(), Stdout: &printed, Stderr: &printed, Self: self, Rand: rand.Reader,
	})
	return printed.String(), err
}

// TestRunDoesNotWaitForStreams: what the program started may keep its streams open.
func TestRunDoesNotWaitForStreams(t *testing.T) {
	began := time.Now()
	printed, err := run(t.Context(), t, "sleep 30 & echo out; exit 3")
	if diff := cmp.Diff(&ExitError{Program: "sh", Code: 3}, err); diff != "" || printed != "out\n" {
		t.Errorf("printed %q (-want +got):\n%s", printed, diff)
	}
	if took := time.Since(began); took >= 30*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestRunAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if printed, err := run(ctx, t, "echo out"); !errors.Is(err, context.Canceled) || printed != "" {
		t.Errorf("printed %q, error %v", printed, err)
	}
}

// messages are orders. end is called when all have been read.
type messages struct {
	bytes.Buffer
	end func()
}

func (m *messages) Read(p []byte) (int, error) {
	if m.Len() == 0 {
		m.end()
		return 0, io.EOF
	}
	return m.Buffer.Read(p)
}

// TestGuardRemoves checks which files the guard removes: none if the run is over, and otherwise
// all but those that another run has replaced.
func TestGuardRemoves(t *testing.T) {
	t.Cleanup(func() { signal.Reset() }) // the guard ignores signals
	for _, test := range []struct {
		done bool
		want []string
	}{
		{false, []string{"replaced"}},
		{true, []string{"folder", "kept", "replaced"}},
	} {
		dir := t.TempDir()
		write := func(name string) string {
			file := filepath.Join(dir, name)
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return file
		}
		folder := filepath.Join(dir, "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		write("folder/file")
		orders := &messages{end: func() {
			if err := os.Rename(write("new"), filepath.Join(dir, "replaced")); err != nil {
				t.Error(err)
			}
		}}
		f := family{Mark: "SSOCTL_RUN_TestGuardRemoves"}
		for _, o := range []order{
			{Family: f, Remove: []string{write("kept"), folder}}, {Family: f, Remove: []string{write("replaced")}}, {Family: f, Done: test.done},
		} {
			if err := json.NewEncoder(orders).Encode(o); err != nil {
				t.Fatal(err)
			}
		}
		Guard(orders)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("done %t: files (-want +got):\n%s", test.done, diff)
		}
	}
}
