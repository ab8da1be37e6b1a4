package cmd_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long tests wait for something that normally takes a moment.
const patience = 60 * time.Second

func usage(ts *testscript.TestScript, ok bool, text string) {
	if !ok {
		ts.Fatalf("usage: %s", text)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "exits N PROGRAM ARG…")
	err := ts.Exec(args[1], args[2:]...)
	checkPrinted(ts, args[1:], judge(ts, err, args[0]))
}

func runProgram(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("ssoctl", args...)
	if (err != nil) != neg {
		ts.Fatalf("unexpected end of ssoctl: %v", err)
	}
	checkPrinted(ts, append([]string{"ssoctl"}, args...), exitCode(ts, err))
}

// exitCode returns the exit code of a program that ended with err.
func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

// foundSomething is the exit code after which stdout has findings.
const foundSomething = 10

// judge checks a program's exit code, and what holds for every run: stdout is empty
// after a failure other than exit code 10, and stderr contains no secret. It returns the code.
func judge(ts *testscript.TestScript, err error, want string) int {
	got := exitCode(ts, err)
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
	if got != 0 && got != foundSomething && ts.ReadFile("stdout") != "" {
		ts.Fatalf("exit code %d, but stdout is not empty", got)
	}
	for _, s := range secrets(ts) {
		if strings.Contains(ts.ReadFile("stderr"), s) {
			ts.Fatalf("stderr shows the secret %q", s)
		}
	}
	return got
}

// handedOut matches the emulator's secrets, and the codes and tokens that it issues.
var handedOut = regexp.MustCompile(`emulated-[a-z-]+-not-real|emulated[a-z2-7]{32}`)

// shownToPhones matches the path in the emulator's QR codes, which is not a secret.
var shownToPhones = regexp.MustCompile(`/_scan/emulated[a-z2-7]{32}`)

func secrets(ts *testscript.TestScript) []string {
	found := handedOut.FindAllString(shownToPhones.ReplaceAllString(ts.ReadFile("stderr"), ""), -1)
	for _, name := range []string{"SSOCTL_CLIENT_SECRET", "SSOCTL_PERMANENT_CODE", "SECRET"} {
		if v := ts.Getenv(name); v != "" && !strings.Contains(v, ":") { // a colon makes it a reference, such as env:NAME
			found = append(found, v)
		}
	}
	return found
}

// running is the key for a script's background programs in testscript.Env.Values.
type running struct{}

type process struct {
	*exec.Cmd
	called called // zero unless it is ssoctl
	name   string
	ended  chan error
	waited bool
}

func processOf(ts *testscript.TestScript, name string) *process {
	p := ts.Value(running{}).(map[string]*process)[name]
	if p == nil {
		ts.Fatalf("nothing was started as %s", name)
	}
	return p
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "start NAME PROGRAM ARG…")
	all := ts.Value(running{}).(map[string]*process)
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	p := &process{Cmd: exec.Command(path, args[2:]...), name: args[0], ended: make(chan error, 1)}
	if args[1] == "ssoctl" {
		p.called, err = calledBy(args[2:], ts.Getenv("SSOCTL_OUTPUT"))
		ts.Check(err)
	}
	p.Dir = ts.MkAbs(".")
	p.Env = environ(ts)
	// Files, because Wait would wait for the program's children to close a pipe.
	out, err := os.Create(ts.MkAbs(p.name + ".out"))
	ts.Check(err)
	defer out.Close()
	errs, err := os.Create(ts.MkAbs(p.name + ".err"))
	ts.Check(err)
	defer errs.Close()
	p.Stdout, p.Stderr = out, errs
	ts.Check(p.Start())
	go func() { p.ended <- p.Wait() }()
	all[p.name] = p
	ts.Defer(func() {
		if !p.waited {
			p.Process.Kill()
			<-p.ended
			ts.Check(checkContract(p.called, -1, ts.ReadFile(out.Name()), ts.ReadFile(errs.Name())))
		}
	})
}

// environ returns the script's environment. testscript does not expose it, so a program
// prints it.
func environ(ts *testscript.TestScript) []string {
	ts.Check(ts.Exec("env", "-0"))
	return strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\x00"), "\x00")
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "await FILE REGEXP")
	re, err := regexp.Compile(`(?m)` + args[1])
	ts.Check(err)
	var data []byte
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if data, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && re.Match(data) {
			return
		}
	}
	ts.Fatalf("%s does not match %s:\n%s", args[0], args[1], data)
}

// sends returns a command that sends a signal to a background program.
func sends(signal os.Signal) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		usage(ts, !neg && len(args) == 1, "interrupt, terminate or hangup NAME")
		ts.Check(processOf(ts, args[0]).Process.Signal(signal))
	}
}

func ends(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "ends NAME N")
	p := processOf(ts, args[0])
	var err error
	select {
	case err = <-p.ended:
		p.waited = true
	case <-time.After(patience):
		ts.Fatalf("%s is still running after %v:\n%s", p.name, patience, ts.ReadFile(p.name+".err"))
	}
	// Run cat, because ts reads stdout and stderr of the last command that it ran.
	ts.Check(ts.Exec("sh", "-c", `cat "$0.out"; cat "$0.err" >&2`, p.name))
	ts.Check(checkContract(p.called, judge(ts, err, args[1]), ts.ReadFile("stdout"), ts.ReadFile("stderr")))
}

func let(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 3, "let VAR FILE REGEXP")
	re, err := regexp.Compile(`(?m)` + args[2])
	ts.Check(err)
	m := re.FindStringSubmatch(ts.ReadFile(args[1]))
	if len(m) < 2 {
		ts.Fatalf("%s does not match %s, or the expression has no group", args[1], args[2])
	}
	ts.Setenv(args[0], m[1])
}

func eval(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "eval FILE")
	ts.Check(ts.Exec("sh", "-c", `set -ae; eval "$(cat "$0")"; env -0`, args[0]))
	for pair := range strings.SplitSeq(ts.ReadFile("stdout"), "\x00") {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "SSOCTL_") {
			ts.Setenv(name, value)
		}
	}
}

func send(ts *testscript.TestScript, neg bool, args []string) {
	const text = "http [-L] [-k] [-H HEADER] [-ca FILE] STATUS METHOD URL [BODY]"
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	header := http.Header{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch {
		case args[0] == "-L":
			client.CheckRedirect, args = nil, args[1:]
		case args[0] == "-k":
			client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
			args = args[1:]
		case args[0] == "-ca" && len(args) > 1:
			pool := x509.NewCertPool()
			if !pool.AppendCertsFromPEM([]byte(ts.ReadFile(args[1]))) {
				ts.Fatalf("%s contains no certificate", args[1])
			}
			client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
			args = args[2:]
		case args[0] == "-H" && len(args) > 1:
			name, value, _ := strings.Cut(args[1], ":")
			header.Add(name, strings.TrimSpace(value))
			args = args[2:]
		default:
			ts.Fatalf("usage: %s", text)
		}
	}
	usage(ts, !neg && (len(args) == 3 || len(args) == 4), text)
	status, args := args[0], args[1:]
	req, err := http.NewRequest(args[0], args[1], strings.NewReader(strings.Join(args[2:], "")))
	ts.Check(err)
	req.Header, req.Host = header, header.Get("Host")
	resp, err := client.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "HTTP %d\n", resp.StatusCode)
	for name := range resp.Header {
		fmt.Fprintf(ts.Stdout(), "%s: %s\n", name, resp.Header.Get(name))
	}
	fmt.Fprintf(ts.Stdout(), "\n%s", body)
	if strconv.Itoa(resp.StatusCode) != status {
		ts.Fatalf("HTTP %d, want %s", resp.StatusCode, status)
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "mode PERM FILE…")
	for _, path := range args[1:] {
		info, err := os.Stat(ts.MkAbs(path))
		ts.Check(err)
		if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", path, got, args[0])
		}
	}
}
