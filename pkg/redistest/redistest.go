// Package redistest runs a redis-server for tests, with a folder of its own and without
// anything on disk. Call [Start].
package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/nettest"
)

// Server is a redis-server on the loopback interface.
type Server struct {
	Addr   string // host and port
	Socket string // the path of its Unix socket

	args    []string
	process *exec.Cmd
}

// Start starts a server with options, such as "--maxmemory", "1mb". It ends with the test. The
// test is skipped if redis-server is not installed; with CI=true it fails.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	return start(t, "--port", options)
}

// StartTLS is [Start] for a server that takes only TLS. The files are PEM.
func StartTLS(t testing.TB, certificate, key string) *Server {
	t.Helper()
	return start(t, "--tls-port", []string{"--port", "0", "--tls-auth-clients", "no", "--tls-cert-file", certificate, "--tls-key-file", key})
}

func start(t testing.TB, portOption string, options []string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir, err := os.MkdirTemp("", "redis-") // the path of a socket is limited to 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	port := nettest.FreePort(t)
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", port), Socket: filepath.Join(dir, "redis.sock")}
	s.args = append([]string{
		"--bind", "127.0.0.1", portOption, port, "--unixsocket", s.Socket, "--dir", dir,
		"--save", "", "--appendonly", "no", "--loglevel", "warning",
	}, options...)
	s.Run(t)
	t.Cleanup(s.Kill)
	return s
}

// Run starts the server again after [Server.Kill], and waits until it accepts connections.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	var out strings.Builder
	s.process = exec.CommandContext(context.WithoutCancel(t.Context()), "redis-server", s.args...)
	s.process.Stdout, s.process.Stderr = &out, &out
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	const longest = 30 * time.Second
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("unix", s.Socket)
		if err == nil {
			conn.Close()
			return
		}
		if time.Since(begun) > longest {
			s.Kill()
			t.Fatalf("redis-server does not start: %v\n%s", err, out.String())
		}
	}
}

// Kill ends the server with SIGKILL. What it stored is lost.
func (s *Server) Kill() {
	_ = s.process.Process.Kill() // it may have ended
	_ = s.process.Wait()
	os.Remove(s.Socket)
}

// Process returns the process of the server.
func (s *Server) Process() *os.Process { return s.process.Process }

// URL returns the address, with credentials such as "user:password" or "".
func (s *Server) URL(credentials string) string {
	if credentials != "" {
		credentials += "@"
	}
	return fmt.Sprintf("redis://%s%s", credentials, s.Addr)
}

// CLI runs redis-cli and returns what it prints, without the last line end.
func (s *Server) CLI(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "redis-cli", append([]string{"-s", s.Socket}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("redis-cli %q: %v\n%s", args, err, out)
	}
	return strings.TrimSuffix(string(out), "\n")
}
