//go:build unix

package cmd_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/redistest"
)

// TestFleet runs 50 processes on each of four machines. The vendor gets one request.
func TestFleet(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), emulator.Start(t, "oauth2")
	tokens := make(chan string, 200)
	var all sync.WaitGroup
	for range 4 {
		m := newRunner(t, server.URL(""), vendor.Config("oauth2"))
		slots := make(chan bool, 10) // processes at a time, which need 12 MiB each
		for range 50 {
			all.Go(func() {
				slots <- true
				defer func() { <-slots }()
				token, _ := m.run(t, "token", "-q")
				tokens <- token
			})
		}
	}
	all.Wait()
	close(tokens)
	seen := map[string]int{}
	for token := range tokens {
		seen[token]++
	}
	if len(seen) != 1 {
		t.Errorf("got the tokens %v, want the same 200 times", seen)
	}
	resp, err := http.Get(vendor.URL + "/_/assert?profile=oauth2&step=token&count=1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the emulator counted other than one request: %s", resp.Status)
	}
}

// TestFleetKilled kills the process that renews the token. Another one does it.
func TestFleetKilled(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), newTokenServer(t, 1)
	holder, _ := newRunner(t, server.URL(""), vendor.inputs()).start(t, "token")
	<-vendor.asked
	_, waiter := newRunner(t, server.URL(""), vendor.inputs()).start(t, "token")
	blocked(t, server, 1)
	begun := time.Now()
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // killed
	if token, stderr := waiter(); token != "T2" || !strings.HasPrefix(stderr, "Another process is fetching") {
		t.Errorf("got %q, want T2; stderr:\n%s", token, stderr)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("the lock of a killed process lasted %s", took)
	}
}

// TestFleetRefused has the vendor refuse a token that many processes wait for. They all say so,
// after one request.
func TestFleetRefused(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	asked, gate := make(chan bool, 100), make(chan bool)
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- true
		<-gate
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"error":"temporarily_unavailable","error_description":"10 a minute"}`)
	}))
	t.Cleanup(vendor.Close)
	inputs := map[string]string{"token_url": vendor.URL, "client_id": "app", "client_secret": "s3cret"}
	var runs []*exec.Cmd
	for i := range 6 {
		run := newRunner(t, server.URL(""), inputs).command(t, "token", "-q", "-o", "json")
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
		if i == 0 {
			<-asked
		}
	}
	blocked(t, server, 5)
	close(gate)
	said := map[string]int{}
	for _, run := range runs {
		if err := run.Wait(); run.ProcessState.ExitCode() != 4 {
			t.Errorf("%v, want exit code 4", err)
		}
		said[fmt.Sprint(run.Stdout, run.Stderr)]++
	}
	if len(said) != 1 || len(asked) > 0 {
		t.Errorf("%d requests after the first; the processes said\n%v", len(asked), said)
	}
	for text := range said {
		if !strings.Contains(text, "10 a minute") || !strings.Contains(text, "wait 60 seconds") {
			t.Error(text)
		}
	}
}

// TestFleetStopped stops the process that renews the token until another has done it. It then
// uses the newer token, and does not replace it.
func TestFleetStopped(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), newTokenServer(t, 1)
	stopped, late := newRunner(t, server.URL(""), vendor.inputs()).start(t, "token")
	<-vendor.asked
	if err := stopped.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	other := newRunner(t, server.URL(""), vendor.inputs())
	if token, _ := other.run(t, "token"); token != "T2" {
		t.Errorf("while the holder is stopped: got %q, want T2", token)
	}
	close(vendor.gates[1])
	if err := stopped.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if token, stderr := late(); token != "T2" {
		t.Errorf("the late process: got %q, want the newer T2; stderr:\n%s", token, stderr)
	}
	if token, _ := other.run(t, "token"); token != "T2" || vendor.count.Load() != 2 {
		t.Errorf("afterwards: got %q after %d requests, want T2 after 2", token, vendor.count.Load())
	}
}

// TestFleetRestart kills the server and starts it again while processes wait. They all get a
// token, for one more request at most, because the server has forgotten who renews it. (A busy
// machine may need longer for the restart than processes wait for a server. Then each goes on
// alone, and says so.)
func TestFleetRestart(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), newTokenServer(t, 1)
	var waits []func() (string, string)
	_, holder := newRunner(t, server.URL(""), vendor.inputs()).start(t, "token", "-q")
	<-vendor.asked
	for range 2 {
		m := newRunner(t, server.URL(""), vendor.inputs())
		for range 5 {
			_, wait := m.start(t, "token", "-q")
			waits = append(waits, wait)
		}
	}
	blocked(t, server, len(waits))
	killed := time.Now()
	server.Kill()
	server.Run(t)
	atOnce := time.Since(killed) < 300*time.Millisecond
	for _, wait := range waits {
		token, stderr := wait()
		together := token == "T2" && stderr == ""
		alone := strings.HasPrefix(token, "T") && strings.Contains(stderr, "is not used: ")
		if !together && (atOnce || !alone) {
			t.Errorf("got %q, want T2; stderr:\n%s", token, stderr)
		}
	}
	close(vendor.gates[1])
	token, stderr := holder()
	if !atOnce {
		return
	}
	if token != "T2" || stderr != "" || vendor.count.Load() != 2 {
		t.Errorf("the first process: got %q after %d requests, want T2 after 2; stderr:\n%s", token, vendor.count.Load(), stderr)
	}
}

// TestFleetCommands checks what each command finds and leaves at the server.
func TestFleetCommands(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), newTokenServer(t)
	a, b := newRunner(t, server.URL(""), vendor.inputs()), newRunner(t, server.URL(""), vendor.inputs())
	other := newRunner(t, server.URL(""), map[string]string{"token_url": vendor.URL, "client_id": "app", "client_secret": "another"})
	for i, step := range []struct {
		machine    *runner
		args, want string
	}{
		{a, "token", "T1"},
		{b, "token", "T1"},
		{b, "token --jq .cached", "true"},
		{b, "token --min-ttl 1h", "T1"},
		{b, "token --min-ttl 3h", "T2"}, // renewed each time: no token lives as long
		{a, "token", "T2"},
		{b, "cache list --jq .tokens[].address", vendor.URL},
		{other, "cache list --jq .tokens[].address", ""},
		{other, "token", "T3"}, // another secret, another token
		{other, "cache clear", "1 token of oauth2 dropped"},
		{a, "token", "T2"},
		{b, "token --no-cache", "T4"},
		{a, "cache list --jq .tokens[].address", ""}, // --no-cache deleted it
		{a, "token", "T5"},
		{b, "cache clear", "1 token of oauth2 dropped"},
		{a, "token", "T6"},
	} {
		if got, stderr := step.machine.run(t, strings.Fields(step.args)...); got != step.want || stderr != "" {
			t.Errorf("%d: %s: got %q, want %q; stderr:\n%s", i, step.args, got, step.want, stderr)
		}
	}
	name := server.CLI(t, "keys", "*:token")
	server.CLI(t, "set", name, "foreign")
	if token, stderr := a.run(t, "token", "-v"); token != "T7" || !strings.Contains(stderr, "The entry at "+server.URL("")+" is damaged, or not from ssoctl. It is ignored.\n") {
		t.Errorf("a foreign entry: got %q, want T7; stderr:\n%s", token, stderr)
	}
	for _, m := range []*runner{a, b, other} {
		if files, err := filepath.Glob(filepath.Join(m.home, ".cache", "ssoctl", "tokens", "*")); len(files) > 0 || err != nil {
			t.Errorf("files on the machine: %q, %v", files, err)
		}
	}
}

// TestFleetPrograms checks that machines share the token for a secret that the same program
// prints, wherever the configuration is, and not for one that differs each time.
func TestFleetPrograms(t *testing.T) {
	t.Parallel()
	server, vendor := redistest.Start(t), newTokenServer(t)
	for i, test := range []struct{ secret, want string }{
		{"cmd:echo s3cret", "T1"},
		{"cmd:echo s3cret", "T1"},
		{"cmd:echo another", "T2"},
		{"s3cret", "T3"},
		{"cmd:mktemp -u", "T4"},
		{"cmd:mktemp -u", "T5"},
	} {
		m := newRunner(t, server.URL(""), nil)
		file := filepath.Join(m.home, "crm.toml")
		text := fmt.Sprintf("[profiles.crm]\nextends = \"oauth2\"\nclient_id = \"app\"\ntoken_url = %q\nclient_secret = %q\n", vendor.URL, test.secret)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if token, stderr := m.run(t, "token", "-p", "crm", "--config", file); token != test.want || stderr != "" {
			t.Errorf("%d: %s: got %q, want %q; stderr:\n%s", i, test.secret, token, test.want, stderr)
		}
	}
}

// TestFleetAlone checks what runs say if they cannot use the server.
func TestFleetAlone(t *testing.T) {
	t.Parallel()
	vendor := newTokenServer(t)
	gone := redistest.Start(t)
	gone.Kill()
	file := filepath.Join(t.TempDir(), "cache.toml")
	withPassword := filepath.Join(t.TempDir(), "password.toml")
	address := filepath.Join(t.TempDir(), "address")
	for path, text := range map[string]string{
		file: "cache = \"file:" + address + "\"\n", address: gone.URL(":s3cr3t") + "\n",
		withPassword: "cache = \"" + gone.URL(":s3cr3t") + "\"\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dead := "warning: " + gone.URL("") + " is not used: connection refused; tokens are cached on this machine alone\n"
	for i, test := range []struct {
		cache, args, stderr string
		exit                int
	}{
		{gone.URL("user:s3cr3t"), "token", dead, 0},
		{"", "token --config " + file, dead, 0},
		{"none", "token --config " + file, "", 0},
		{"env:NO_SUCH_VARIABLE", "token", "warning: tokens are cached on this machine alone: cache = env:NO_SUCH_VARIABLE: this environment variable is not set\n", 0},
		{gone.URL("user:s3cr3t") + "x", "token", "ssoctl: SSOCTL_CACHE: expected redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], the same with rediss (TLS), or unix:///PATH\nhint: See ssoctl token --help\n", 2},
		{"", "token --config " + withPassword, "ssoctl: " + withPassword + ":1: cache: contains a password\nhint: Write env:NAME or file:PATH, and put the address there.\n", 3},
	} {
		m := newRunner(t, test.cache, vendor.inputs())
		begun := time.Now()
		c := m.command(t, strings.Fields(test.args)...)
		_ = c.Run() // see the exit code
		if diff := cmp.Diff(test.stderr, fmt.Sprint(c.Stderr)); diff != "" || c.ProcessState.ExitCode() != test.exit {
			t.Errorf("%d: exit code %d, want %d; stderr (-want +got):\n%s", i, c.ProcessState.ExitCode(), test.exit, diff)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%d: took %s", i, took)
		}
		if test.exit == 0 {
			if again, _ := m.run(t, append(strings.Fields(test.args), "--jq", ".cached")...); again != "true" {
				t.Errorf("%d: the token was not cached on the machine", i)
			}
		}
	}
}

// TestFleetRights checks that the rights in the documentation are all that is needed, and TLS.
func TestFleetRights(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/fleets.md")
	if err != nil {
		t.Fatal(err)
	}
	rights := regexp.MustCompile(`ACL (SETUSER ssoctl on >PASSWORD .*)`).FindSubmatch(text)
	if rights == nil {
		t.Fatal("docs/fleets.md has no line of rights")
	}
	name := filepath.Join(t.TempDir(), "redis")
	if err := makeCertificate(name, "0s"); err != nil {
		t.Fatal(err)
	}
	server := redistest.StartTLS(t, name+".pem", name+"-key.pem")
	server.CLI(t, append([]string{"ACL"}, strings.Fields(string(rights[1]))...)...)
	server.CLI(t, "ACL", "SETUSER", "default", "off")
	vendor := newTokenServer(t, 1)
	url := strings.Replace(server.URL("ssoctl:PASSWORD"), "redis:", "rediss:", 1)
	_, holder := newRunner(t, url, vendor.inputs()).start(t, "token", "--ca-cert", name+"-ca.pem")
	<-vendor.asked
	m := newRunner(t, url, vendor.inputs())
	_, waiter := m.start(t, "token", "-q", "--ca-cert", name+"-ca.pem")
	time.Sleep(500 * time.Millisecond) // until it waits, or not: either way it gets the token
	close(vendor.gates[1])
	for _, wait := range []func() (string, string){holder, waiter} {
		if token, stderr := wait(); token != "T1" || stderr != "" {
			t.Errorf("got %q, want T1; stderr:\n%s", token, stderr)
		}
	}
	for _, step := range [][2]string{{"token --no-cache", "T2"}, {"token", "T3"}, {"cache clear", "1 token of oauth2 dropped"}} {
		if got, stderr := m.run(t, append(strings.Fields(step[0]), "--ca-cert", name+"-ca.pem")...); got != step[1] || stderr != "" {
			t.Errorf("%s: got %q, want %q; stderr:\n%s", step[0], got, step[1], stderr)
		}
	}
	doctor := func(args ...string) string {
		c := m.command(t, append([]string{"doctor", "--jq", `.findings[] | select(.check == "cache") | "\(.status) \(.what)"`}, args...)...)
		_ = c.Run() // other checks fail
		_, shared, _ := strings.Cut(fmt.Sprint(c.Stdout), "\n")
		return strings.TrimSpace(shared)
	}
	shown := strings.Replace(url, "ssoctl:PASSWORD@", "", 1)
	if got := doctor("--ca-cert", name+"-ca.pem"); got != "ok "+shown {
		t.Errorf("doctor: got %q", got)
	}
	if got := doctor(); got != "warn "+shown+" cannot be used: x509: certificate signed by unknown authority" {
		t.Errorf("doctor with an unknown CA: got %q", got)
	}
	if _, stderr := m.run(t, "token"); !strings.Contains(stderr, "is not used: x509: certificate signed by unknown authority; tokens are cached on this machine alone\n") {
		t.Errorf("an unknown CA: stderr:\n%s", stderr)
	}
}
