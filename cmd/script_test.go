package cmd_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/mirror"
)

// TestMain puts programs on the scripts' PATH: ssoctl, built as users build it, and
// helpers, which are this test binary under other names.
func TestMain(m *testing.M) {
	testscript.Main(withProgram{browsertest.Main{M: m}}, map[string]func(){
		"xdg-open": openWindow,
		"get":      func() { fetch(os.Args[1], os.Stdout) },
		"makecert": func() {
			if err := makeCertificate(os.Args[1], os.Args[2]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		},
		"digest": func() {
			if err := printDigest(os.Stdout, os.Args[1:]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		},
		"within":    func() { os.Exit(within(os.Args[1], os.Args[2:])) },
		"badserver": func() { fmt.Fprintln(os.Stderr, serveFiles(os.Args[1], os.Args[2:]...)); os.Exit(1) },
	})
}

// withProgram runs the tests with a freshly built ssoctl first on the PATH.
type withProgram struct{ browsertest.Main }

func (m withProgram) Run() int {
	dir, err := os.MkdirTemp("", "ssoctl-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := build(filepath.Join(dir, "ssoctl"), "ssoctl"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return m.Main.Run()
}

// build builds a Go program, as users build it. The file is a copy of what the linker wrote,
// because the pages of such a file are slower to map, in each process that runs it.
func build(file, target string, flags ...string) error {
	linked := file + ".linked"
	defer os.Remove(linked)
	c := exec.Command("go", slices.Concat([]string{"build", raceFlag, "-ldflags=-s -w", "-o", linked}, flags, []string{target})...)
	c.Env = append(c.Environ(), cgo)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %v\n%s", err, out)
	}
	program, err := os.ReadFile(linked)
	if err != nil {
		return err
	}
	return os.WriteFile(file, program, 0o700)
}

// TestScript runs testdata/script/*.txtar. Besides testscript's own commands, they
// can use:
//
//	ssoctl ARG…             run ssoctl; its exit code must be 0; after !, another
//	exits N PROGRAM ARG…    run a program; its exit code must be N, and its stdout
//	                        empty unless N is 0 or 10
//	start NAME PROGRAM ARG… run a program in the background, with stdout in the file
//	                        NAME.out and stderr in NAME.err
//	await FILE REGEXP       wait until the file matches
//	interrupt NAME          send SIGINT, as Ctrl-C does
//	terminate NAME          send SIGTERM, as the stop of a container does
//	hangup NAME             send SIGHUP, as the closing of a terminal does
//	ends NAME N             wait until the program ends, and check it as exits does;
//	                        its output becomes stdout and stderr
//	let VAR FILE REGEXP     set VAR to the first group of the match; FILE may be
//	                        stdout or stderr
//	eval FILE               run the file in sh, and set the SSOCTL_* variables it sets
//	http [-L] [-k] [-H HEADER] [-ca FILE] STATUS METHOD URL [BODY]
//	                        send a request; its status must be STATUS; the response
//	                        becomes stdout. -L follows redirects; -ca trusts only the
//	                        CA in FILE; -k trusts any certificate
//	golden NAME ARG…        run ssoctl with -o json, -o env and -o github, and compare what
//	                        it prints with testdata/output (see golden)
//	har FILE                the file (or stdout) must be valid HAR 1.2
//	mode PERM FILE…         each file must have these permissions, in octal
//
// What ssoctl prints with -o json has to be as pkg/contract has it (checkContract), whether
// it is run by ssoctl, exits or start.
//
// The condition [browser] is true if Chromium or Chrome is installed, [keyring] if a
// keyring can be started. With CI=true, a false one is an error.
//
// Besides ssoctl, these programs are on the PATH: xdg-open, a browser (see openWindow);
// get, which prints the response from an address; makecert, which writes a certificate
// (see makeCertificate); digest, which hashes a text (see printDigest); within MIB
// PROGRAM ARG…, which runs a program and fails if it uses more memory; and badserver,
// which sends files as responses (see serveFiles). $DOCS is the path of the folder docs.
func TestScript(t *testing.T) {
	t.Parallel()
	docs, err := filepath.Abs("../docs")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("DOCS", docs)
			env.Setenv("GOLDEN", filepath.Join(docs, "../testdata/output"))
			if err := lightBrowser(env); err != nil {
				return err
			}
			env.Setenv("GORACE", "atexit_sleep_ms=0 halt_on_error=1") // by default, -race delays each exit by a second
			env.Values[running{}] = map[string]*process{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ssoctl": runProgram, "golden": golden, "exits": exits, "start": start, "await": await, "ends": ends,
			"interrupt": sends(os.Interrupt), "terminate": sends(syscall.SIGTERM), "hangup": sends(syscall.SIGHUP),
			"let": let, "eval": eval, "http": send, "har": har, "mode": mode,
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "browser":
				return hasBrowser()
			case "keyring":
				return hasKeyring()
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		RequireUniqueNames: true,
		Deadline:           time.Now().Add(8 * time.Minute), // a script that hangs fails with its log
	})
}

// headlessShell is the program of Chromium's headless shell. It starts in a third of the time
// that the whole browser takes. The tests of pkg/mirror run the whole browser too.
const headlessShell = "chromium-headless-shell"

// lightBrowser puts the headless shell on a script's PATH under the name of the browser that
// ssoctl tries first, if it is installed.
func lightBrowser(env *testscript.Env) error {
	shell, err := exec.LookPath(headlessShell)
	if err != nil {
		return nil
	}
	folder := filepath.Join(env.WorkDir, ".browser")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	env.Setenv("PATH", folder+string(filepath.ListSeparator)+env.Getenv("PATH"))
	return os.Symlink(shell, filepath.Join(folder, "chromium"))
}

// hasBrowser reports whether a browser for --via mirror is installed. With CI=true a
// missing browser is an error.
func hasBrowser() (bool, error) {
	_, err := mirror.Find("", runtime.GOOS, os.LookupEnv)
	return err == nil, inCI(err)
}

// hasKeyring reports whether the programs that a keyring needs are installed. With
// CI=true a missing program is an error.
func hasKeyring() (bool, error) {
	for _, program := range []string{"dbus-daemon", "gnome-keyring-daemon", "secret-tool"} {
		if _, err := exec.LookPath(program); err != nil {
			return false, inCI(err)
		}
	}
	return true, nil
}

// inCI returns err if CI=true, where no test may be skipped, and nil otherwise.
func inCI(err error) error {
	if os.Getenv("CI") == "true" {
		return err
	}
	return nil
}
