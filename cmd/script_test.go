package cmd_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
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
		"ssoctl":   func() { panic("the program was not built") },
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
		"badserver": func() { fmt.Fprintln(os.Stderr, serveFiles(os.Args[1])); os.Exit(1) },
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
//	har FILE                the file (or stdout) must be valid HAR 1.2
//	mode PERM FILE…         each file must have these permissions, in octal
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
			env.Setenv("GORACE", "atexit_sleep_ms=0 halt_on_error=1") // by default, -race delays each exit by a second
			env.Values[running{}] = map[string]*process{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "start": start, "await": await, "ends": ends,
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
		Deadline:           time.Now().Add(3 * time.Minute), // a script that hangs fails with its log
	})
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
	judge(ts, err, args[0])
}

// judge checks a program's exit code, and what holds for every run: stdout is empty
// after a failure other than exit code 10, and stderr contains no secret.
func judge(ts *testscript.TestScript, err error, want string) {
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
	const foundSomething = 10
	if got != 0 && got != foundSomething && ts.ReadFile("stdout") != "" {
		ts.Fatalf("exit code %d, but stdout is not empty", got)
	}
	for _, s := range secrets(ts) {
		if strings.Contains(ts.ReadFile("stderr"), s) {
			ts.Fatalf("stderr shows the secret %q", s)
		}
	}
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
	judge(ts, err, args[1])
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

// openWindow plays xdg-open: it opens a window with the address and returns. The
// environment variable BROWSER changes that:
//
//	broken   the browser cannot start
//	stays    it does not return while its window is open
//	deny     the user refuses
//	hostile  another page tries to complete the login before the user does
func openWindow() {
	does := os.Getenv("BROWSER")
	fmt.Println("noise of the browser on stdout")
	fmt.Fprintln(os.Stderr, "noise of the browser on stderr")
	switch {
	case does == "broken":
		os.Exit(3)
	case does == "stays":
		visit(os.Args[1], does)
		time.Sleep(5 * time.Second)
	case os.Getenv("WINDOW") == "":
		window := exec.Command("xdg-open", os.Args[1])
		window.Env = append(os.Environ(), "WINDOW=1")
		window.Stdout, window.Stderr = os.Stdout, os.Stderr // as a real browser's window does
		if err := window.Start(); err != nil {
			os.Exit(4)
		}
	default:
		visit(os.Args[1], does)
		time.Sleep(time.Second) // the window stays open
	}
}

// visit opens the address and acts as the user would; does is the value of BROWSER.
func visit(address, does string) {
	get := func(address string) { fetch(address, io.Discard) }
	u, err := url.Parse(address)
	if err != nil {
		os.Exit(5)
	}
	q := u.Query()
	back := q.Get("redirect_uri") + q.Get("redirectUrl")
	switch does {
	case "deny":
		get(back + "?error=access_denied&error_description=Not+today&state=" + url.QueryEscape(q.Get("state")))
		return
	case "hostile":
		for _, query := range []string{"?code=forged", "?code=forged&state=forged", "?error=access_denied&state=forged", ""} {
			get(back + query)
		}
		get(strings.TrimSuffix(back, "/callback") + "/favicon.ico")
	}
	get(address)
}

// fetch writes the body of the response from an address, and ignores errors.
func fetch(address string, to io.Writer) {
	if resp, err := http.Get(address); err == nil {
		io.Copy(to, resp.Body)
		resp.Body.Close()
	}
}

// serveFiles prints its address, and answers each request for /NAME or a path below it
// with the file NAME in dir. It prints the requests on stderr. The file contains a whole
// response, from the status line on, and may contain
//
//	{request}        the request's query and body
//	{authorization}  the request's Authorization header
//	{0xff} {0xb2bb}  these bytes; the second is 不 in GBK
//	{endless}        a body without end
//	{silence}        at the end: a body that stalls
//
// or consists of {close}, which closes the connection, of {silence}, which sends no
// response, or of {alert}, which sends a TLS alert.
func serveFiles(dir string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(os.Stderr, r.Method, r.URL.Path)
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		file, err := os.ReadFile(filepath.Join(dir, filepath.Base(name)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		quoted := func(s string) string { return strings.Trim(strconv.Quote(s), `"`) } // for a JSON string
		text := strings.NewReplacer(
			"{request}", quoted(r.URL.RawQuery+string(body)), "{authorization}", quoted(r.Header.Get("Authorization")), "{0xff}", "\xff", "{0xb2bb}", "\xb2\xbb",
		).Replace(strings.TrimSuffix(string(file), "\n"))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		answer(conn, text)
	}))
}

func answer(conn net.Conn, text string) {
	switch text {
	case "{silence}":
		io.Copy(io.Discard, conn)
		return
	case "{close}":
		return
	case "{alert}":
		io.WriteString(conn, "\x15\x03\x01\x00\x02\x02\x46")
		return
	}
	head, body, _ := strings.Cut(text, "\n\n")
	body, stalls := strings.CutSuffix(body, "{silence}")
	before, _, endless := strings.Cut(body, "{endless}")
	fmt.Fprintf(conn, "%s\r\nConnection: close\r\n\r\n%s", strings.ReplaceAll(strings.TrimSpace(head), "\n", "\r\n"), before)
	if stalls {
		io.Copy(io.Discard, conn)
	}
	for endless {
		if _, err := io.WriteString(conn, strings.Repeat("1,", 4096)); err != nil {
			return
		}
	}
}

// within runs a program and returns its exit code, or 99 if it used more memory than
// that many MiB.
func within(mebibytes string, program []string) int {
	c := exec.Command(program[0], program[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if c.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	most, err := strconv.ParseInt(mebibytes, 10, 64)
	if got := peakMemory(c.ProcessState); err != nil || got > most {
		fmt.Fprintf(os.Stderr, "used %d MiB of memory, want at most %s\n", got, mebibytes)
		return 99
	}
	return c.ProcessState.ExitCode()
}
