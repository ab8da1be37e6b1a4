package cmd_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// emulatorProcess is a running ssoctl emulate, with the JSON that it printed.
type emulatorProcess struct {
	*exec.Cmd
	Address  string
	Profiles map[string]map[string]string
	ended    chan error
}

// emulateProcess runs ssoctl emulate until the test ends.
func emulateProcess(t testing.TB, args ...string) *emulatorProcess {
	t.Helper()
	p := &emulatorProcess{Cmd: exec.Command("ssoctl", append([]string{"emulate", "-q", "-o", "json"}, args...)...), ended: make(chan error, 1)}
	p.Dir = t.TempDir() // a folder without ssoctl.toml
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() { p.ended <- p.Wait() }()
	t.Cleanup(func() { p.Process.Kill() })
	if err != nil || json.Unmarshal([]byte(line), p) != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return p
}

// TestListenOnEveryAddress checks that 0.0.0.0 accepts IPv4 only, that [::] accepts IPv4 and
// IPv6, and that the printed address is reachable.
func TestListenOnEveryAddress(t *testing.T) {
	t.Parallel()
	ipv6 := false // whether this machine has IPv6
	if l, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		ipv6 = true
		l.Close()
	}
	for listen, both := range map[string]bool{"0.0.0.0:0": false, "[::]:0": ipv6, ":0": ipv6} {
		p := emulateProcess(t, "oauth2", "--listen", listen)
		u, err := url.Parse(p.Address)
		if err != nil || u.Hostname() != "127.0.0.1" || !strings.Contains(get(t, p.Address+"/_/health"), "ok") {
			t.Errorf("%s: got the address %s, want a healthy emulator at 127.0.0.1; error %v", listen, p.Address, err)
		}
		conn, err := net.Dial("tcp6", net.JoinHostPort("::1", u.Port()))
		if (err == nil) != both {
			t.Errorf("%s: connecting by IPv6: got error %v, want success %t", listen, err, both)
		}
		if err == nil {
			conn.Close()
		}
	}
}

// TestSIGTERM checks that requests in flight get their response even if a fault delays
// them, that streams end, and that the process ends within two seconds, or a bit more
// on a busy machine.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	p := emulateProcess(t, "oauth2", "--fault", "token:latency=1h")
	stream, err := http.Get(p.Address + "/_/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	streamed := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, stream.Body); streamed <- err }()
	answered := make(chan string, 1)
	go func() {
		inputs := p.Profiles["oauth2"]
		req, err := http.NewRequest("POST", inputs["token_url"], strings.NewReader("grant_type=client_credentials"))
		if err != nil {
			answered <- err.Error()
			return
		}
		req.SetBasicAuth(inputs["client_id"], inputs["client_secret"])
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answered <- resp.Status + " " + string(body)
	}()
	waitFor(t, func() bool { return strings.Contains(get(t, p.Address+"/_/faults"), `"met":1`) })
	begun := time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("the emulator exits with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the emulator still runs 20 s after SIGTERM")
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("the emulator ends after %s, want at most 3 s", took)
	}
	if got := <-answered; !strings.HasPrefix(got, "200 OK {\"access_token\"") {
		t.Errorf("the request in flight: got %s, want 200 OK and a token", got)
	}
	if err := <-streamed; err != nil {
		t.Errorf("the stream of events was cut: %v", err)
	}
}

// TestSIGTERMAtOnce checks that an emulator that has just said that it is ready already
// handles signals, and removes its ready file.
func TestSIGTERMAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		ready := filepath.Join(t.TempDir(), "ready.json")
		p := emulateProcess(t, "oauth2", "--ready-file", ready)
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := <-p.ended; err != nil {
			t.Fatalf("the emulator exits with %v", err)
		}
		if _, err := os.Stat(ready); err == nil {
			t.Fatal("the ready file is still there")
		}
	}
}

func get(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func waitFor(t *testing.T, there func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the condition is still false after %v", patience)
		}
	}
}
