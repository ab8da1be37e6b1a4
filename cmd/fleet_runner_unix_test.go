//go:build unix

package cmd_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ssoctl/pkg/redistest"
)

// tokenServer issues the tokens T1, T2 and so on. If gates has a channel for a request, the
// response waits until it is closed.
type tokenServer struct {
	*httptest.Server
	asked chan int
	gates map[int]chan bool
	count atomic.Int32
}

func newTokenServer(t *testing.T, slow ...int) *tokenServer {
	t.Helper()
	s := &tokenServer{asked: make(chan int, 1000), gates: map[int]chan bool{}}
	for _, n := range slow {
		s.gates[n] = make(chan bool)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // before that, the server does not notice that the client is gone
		n := int(s.count.Add(1))
		s.asked <- n
		if gate := s.gates[n]; gate != nil {
			select {
			case <-gate:
			case <-r.Context().Done():
			}
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"T%d","token_type":"bearer","expires_in":7200}`, n)
	}))
	t.Cleanup(s.Close)
	return s
}

// inputs are the inputs of a client of the server.
func (s *tokenServer) inputs() map[string]string {
	return map[string]string{"token_url": s.URL, "client_id": "app", "client_secret": "s3cret"}
}

// runner is a machine: a home folder, and the values of a profile.
type runner struct {
	home   string
	cache  string
	inputs map[string]string
}

func newRunner(t *testing.T, cache string, inputs map[string]string) *runner {
	t.Helper()
	return &runner{t.TempDir(), cache, inputs}
}

// command returns a run of ssoctl on the machine; its stdout and stderr are buffers.
func (m *runner) command(t *testing.T, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), "ssoctl", args...)
	c.Env = append(os.Environ(), "HOME="+m.home, "SSOCTL_CACHE="+m.cache, "SSOCTL_PROFILE=oauth2")
	for name, value := range m.inputs {
		c.Env = append(c.Env, "SSOCTL_"+strings.ToUpper(name)+"="+value)
	}
	c.Stdout, c.Stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return c
}

// run runs ssoctl on the machine, which has to succeed.
func (m *runner) run(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	c := m.command(t, args...)
	if err := c.Run(); err != nil {
		t.Errorf("ssoctl %q: %v\n%s", args, err, c.Stderr)
	}
	return strings.TrimSpace(fmt.Sprint(c.Stdout)), fmt.Sprint(c.Stderr)
}

// start starts ssoctl on the machine. The function that it returns waits for its end.
func (m *runner) start(t *testing.T, args ...string) (*exec.Cmd, func() (stdout, stderr string)) {
	t.Helper()
	c := m.command(t, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, func() (string, string) {
		t.Helper()
		if err := c.Wait(); err != nil {
			t.Errorf("ssoctl %q: %v\n%s", args, err, c.Stderr)
		}
		return strings.TrimSpace(fmt.Sprint(c.Stdout)), fmt.Sprint(c.Stderr)
	}
}

// blocked waits until n processes wait for the server.
func blocked(t *testing.T, server *redistest.Server, n int) {
	t.Helper()
	want := fmt.Sprintf("blocked_clients:%d\r", n)
	for end := time.Now().Add(patience); !strings.Contains(server.CLI(t, "info", "clients"), want); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d processes do not wait after %s", n, patience)
		}
	}
}
