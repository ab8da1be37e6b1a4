// Package cmd is the command line of ssoctl. It is the only package that knows flags, the
// environment, the standard streams and exit codes.
//
// [Main] runs the command line of this process. A test builds its own [App] and
// calls [App.Run] with arguments. Each command has a file named after it, which small
// subcommands share. Its options hold its flags and the [parts] that it uses, such as a
// [printer]; its method run calls a package below, such as [client.Client],
// [emulator.Emulator] or [explain.Read], and prints a [render.Result]. After a failure,
// [App.Run] prints the error with a hint and returns the exit code.
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
	"runtime"
	"runtime/debug"
	"time"

	"github.com/cli/browser"

	"ssoctl/pkg/child"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
)

// App is what a command needs from outside: streams, network, clock, environment,
// browser, randomness.
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
	if child.IsGuard(os.Args) {
		child.Guard(os.Stdin)
		return 0
	}
	log.SetOutput(io.Discard) // net/http logs data that a server sends unsolicited
	boundMemory()
	delayCollection()
	ctx := interrupt.New() // Ctrl-C ends it
	a := &App{
		In: os.Stdin, Out: os.Stdout, Err: interrupt.Stderr{File: os.Stderr, Until: ctx},
		HTTP: &http.Client{Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         ctx.Dial,
			ForceAttemptHTTP2:   true,
			TLSHandshakeTimeout: 10 * time.Second,
			// Go's default is 10 MiB; curl's is 300 KB.
			MaxResponseHeaderBytes: 256 << 10,
		}},
		Now: time.Now, Env: os.LookupEnv, Rand: rand.Reader,
		OpenBrowser: openBrowser,
	}
	return a.Run(ctx, os.Args[1:])
}

// boundMemory makes the garbage collector keep the program below 96 MiB, unless GOMEMLIMIT
// is set.
func boundMemory() {
	const limit = 96 << 20
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(limit)
	}
}

// delayCollection has the first garbage collection wait for a heap of 24 MiB, unless GOGC is
// set. Go would collect from 4 MiB on, and a command that reads all profiles, such as explain,
// would spend a third of its time on garbage. Later collections are Go's usual ones.
func delayCollection() {
	const usual, first = 100, 600 // percent of 4 MiB
	if percent := debug.SetGCPercent(first); percent != usual {
		debug.SetGCPercent(percent)
		return
	}
	// Nothing refers to this object, so the first collection finds it.
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// openBrowser opens url in the user's browser and discards what the browser prints. The
// streams are nil, which is the null device: with a pipe we would wait until the window
// is closed.
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
		err, r.accepted = r.help.err, true
	}
	if failed := r.end(err); failed != nil {
		err, r.accepted = errors.Join(err, failed), true
	}
	if err == nil {
		return 0
	}
	if !r.accepted {
		err = r.refused(err)
		r.askedFormat(args)
		if c, _, findErr := r.cmd.Find(args); findErr == nil {
			r.errs.called = c.CommandPath()
		}
	}
	err = r.flows.notPrinted(err)
	r.errs.report(err)
	return int(failure.Of(err))
}

// version is the version of this program, from its build information.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
