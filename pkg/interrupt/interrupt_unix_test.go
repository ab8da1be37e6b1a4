//go:build unix

package interrupt_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/interrupt"
)

// wrapper is a writer around another one.
type wrapper struct{ io.Writer }

func (w wrapper) Unwrap() io.Writer { return w.Writer }

// newStderr returns a context and a standard error that is a file.
func newStderr(t *testing.T) (*interrupt.Context, interrupt.Stderr) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	ctx := interrupt.New()
	return ctx, interrupt.Stderr{File: f, Until: ctx}
}

// TestHandles checks that signals are handled when each of these returns. A signal that is not
// handled would end the test program.
func TestHandles(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, call := range map[string]func(*interrupt.Context, interrupt.Stderr) error{
		"Handle":            func(_ *interrupt.Context, w interrupt.Stderr) error { interrupt.Handle(w); return nil },
		"Handle of another": func(_ *interrupt.Context, w interrupt.Stderr) error { interrupt.Handle(wrapper{w}); return nil },
		"ForProgram":        func(_ *interrupt.Context, w interrupt.Stderr) error { interrupt.ForProgram(w); return nil },
		"Write":             func(_ *interrupt.Context, w interrupt.Stderr) error { _, err := w.Write([]byte("line\n")); return err },
		"Dial": func(ctx *interrupt.Context, _ interrupt.Stderr) error {
			conn, err := ctx.Dial(t.Context(), "tcp", l.Addr().String())
			if err == nil {
				conn.Close()
			}
			return err
		},
	} {
		for _, sig := range interrupt.Signals() {
			ctx, stderr := newStderr(t)
			if err := call(ctx, stderr); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := syscall.Kill(os.Getpid(), sig.(syscall.Signal)); err != nil {
				t.Fatal(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
				t.Fatalf("%s: the context does not end at %v", name, sig)
			}
		}
	}
}

// TestForProgram: a program gets the file, also if something is around it.
func TestForProgram(t *testing.T) {
	_, stderr := newStderr(t)
	buffer := &bytes.Buffer{}
	for _, test := range []struct{ from, want io.Writer }{
		{stderr, stderr.File}, {wrapper{stderr}, stderr.File}, {buffer, buffer}, {wrapper{buffer}, wrapper{buffer}},
	} {
		if got := interrupt.ForProgram(test.from); got != test.want {
			t.Errorf("%T: got %T, want %T", test.from, got, test.want)
		}
	}
}

// TestSignals: a process that nohup started does not end at SIGHUP.
func TestSignals(t *testing.T) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // the test may run under nohup
	defer signal.Reset(syscall.SIGHUP)
	want := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
	if diff := cmp.Diff(want, interrupt.Signals()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	signal.Ignore(syscall.SIGHUP)
	if diff := cmp.Diff(want[:2], interrupt.Signals()); diff != "" {
		t.Errorf("under nohup (-want +got):\n%s", diff)
	}
}
