// Package cmd is the command line: one file for each subcommand, and the only
// place that knows flags, the environment, the standard streams and exit codes.
package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log"
	"math"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/cli/browser"
	"golang.org/x/term"
)

// App is everything that a command takes from the world.
type App struct {
	In          io.Reader
	Out, Err    io.Writer
	HTTP        *http.Client
	Now         func() time.Time
	Env         func(string) (string, bool)
	OpenBrowser func(url string) error
	Rand        io.Reader
}

// Main runs the command that the process was called with and returns its exit code.
func Main() int {
	// Nothing stops it at the end, which is the process's: for each signal that takes
	// a turn of two threads.
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	log.SetOutput(io.Discard)    // where net/http repeats what a server says unasked
	boundMemory()
	a := &App{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		HTTP: &http.Client{Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			ForceAttemptHTTP2:   true,
			TLSHandshakeTimeout: 10 * time.Second,
			// Go takes 10 MiB; curl takes 300 KB.
			MaxResponseHeaderBytes: 256 << 10,
		}},
		Now: time.Now, Env: os.LookupEnv, Rand: rand.Reader,
		OpenBrowser: openBrowser,
	}
	return a.Run(ctx, os.Args[1:])
}

// boundMemory has garbage collected early rather than have the program grow beyond 96 MiB,
// unless GOMEMLIMIT says otherwise.
func boundMemory() {
	const most = 96 << 20
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(most)
	}
}

// endings are the signals that end a command in order: the terminal is given back,
// temporary files go. A closed terminal is one, unless nohup says otherwise.
func endings() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// openBrowser keeps what the browser prints off our streams. Nil is the null
// device: through a pipe, a window that stays open would hold us up.
func openBrowser(url string) error {
	browser.Stdout, browser.Stderr = nil, nil
	return browser.OpenURL(url)
}

// Run runs one command line and returns its exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	r := newRoot(a, args)
	r.cmd.SetArgs(args)
	r.prepareCompletion(args)
	err := r.cmd.ExecuteContext(ctx)
	if r.help.err != nil {
		err, r.started = r.help.err, true
	}
	if failed := r.end(err); failed != nil {
		err, r.started = errors.Join(err, failed), true
	}
	if err == nil {
		return 0
	}
	if !r.started { // cobra refused the command line itself
		err = r.refused(err)
		r.askedFormat(args)
		if c, _, findErr := r.cmd.Find(args); findErr == nil {
			r.called = c.CommandPath()
		}
	}
	if r.unprinted != nil {
		err = r.keep(*r.unprinted, err)
	}
	r.report(err)
	return exitOf(err).code
}

// version is this program's, from the build.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// screen is the size of the terminal behind w; ok is false when there is none.
func screen(w io.Writer) (columns, rows int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, 0, false
	}
	columns, rows, err := term.GetSize(int(f.Fd()))
	return columns, rows, err == nil
}

// drawable is the size of the terminal on stderr; ok is false where nothing can be
// drawn over: no terminal, or one that obeys no sequences.
func (r *root) drawable() (columns, rows int, ok bool) {
	columns, rows, ok = screen(r.Err)
	kind, _ := r.Env("TERM")
	return columns, rows, ok && kind != "dumb"
}

// wrapped breaks a text at words where w is a terminal, behind an indent.
func wrapped(w io.Writer, text string, indent int) string {
	columns, _, tty := screen(w)
	if !tty || columns <= 2*indent {
		return text
	}
	const free = 1 // column at the end
	return strings.ReplaceAll(fold(text, columns-indent-free), "\n", "\n"+strings.Repeat(" ", indent))
}
