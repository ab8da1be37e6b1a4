package client_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/nettest"
)

// listen serves raw TCP, for responses that net/http would not send. It reads one request
// and then calls serve with the first line.
func listen(t *testing.T, serve func(c net.Conn, r *bufio.Reader, line string)) string {
	t.Helper()
	return "http://" + nettest.Serve(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		if line, err := readRequest(r); err == nil {
			serve(c, r, line)
		}
	})
}

func readRequest(r *bufio.Reader) (line string, err error) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.Discard, req.Body)
	return req.Method + " " + req.RequestURI, err
}

// TestNoResponse covers responses that are missing, cut off or not HTTP.
func TestNoResponse(t *testing.T) {
	refused := httptest.NewServer(nil)
	refused.Close()
	raw := func(text string) string {
		return listen(t, func(c net.Conn, _ *bufio.Reader, _ string) { _, _ = io.WriteString(c, text) })
	}
	tests := map[string]struct {
		address string
		is      error
		says    string
	}{
		"connection refused":      {refused.URL, syscall.ECONNREFUSED, "connection refused"},
		"cut before the response": {raw(""), io.EOF, "EOF"},
		"cut in the headers":      {raw("HTTP/1.1 200 OK\r\nContent-Type: t"), io.ErrUnexpectedEOF, "unexpected EOF"},
		"cut in the body":         {raw("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"code\":0,"), io.ErrUnexpectedEOF, "the response was cut off: unexpected EOF"},
		"cut between chunks":      {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{\"code\":0,\r\n"), io.ErrUnexpectedEOF, "the response was cut off: unexpected EOF"},
		"whole JSON, cut":         {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"code\":0,\"access_token\":\"A1\"}"), io.ErrUnexpectedEOF, "the response was cut off: unexpected EOF"},
		"a refusal, cut":          {raw("HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n{\"code\":41}"), io.ErrUnexpectedEOF, "the response was cut off: unexpected EOF"},
		"not HTTP":                {raw("SSH-2.0-OpenSSH_9.6\r\n"), nil, "malformed HTTP response"},
		"HTTP for HTTPS":          {strings.Replace(serve(t, says(200, "", "")).URL, "http:", "https:", 1), nil, "server gave HTTP response to HTTPS client"},
		"an invalid length":       {raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"), nil, "bad Content-Length"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := newClient(t, test.address).AppToken(t.Context())
			checkNetworkError(t, err, test.address, test.says)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v does not wrap %v", err, test.is)
			}
			if got.Raw != nil {
				t.Errorf("got a token besides the error: %+v", got)
			}
		})
	}
}

func checkNetworkError(t *testing.T, err error, address, says string) {
	t.Helper()
	u, parseErr := url.Parse(address)
	var network *client.NetworkError
	if parseErr != nil || !errors.As(err, &network) {
		t.Fatalf("%T: %v", err, err)
	}
	if network.Profile != "acme" || network.Step != "token" || network.Host != u.Host || network.Timeout == 0 {
		t.Errorf("%+v", network)
	}
	if text := err.Error(); !strings.HasPrefix(text, "acme: token: no response from "+u.Host+": ") || !strings.Contains(text, says) || strings.Contains(text, "/token") {
		t.Errorf("got %q, want it to contain %q and no path", text, says)
	}
}

func TestUnknownHost(t *testing.T) {
	d := deps(t)
	down := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no DNS server") // regardless of this machine's resolver
	}}
	d.HTTP.Transport = &http.Transport{DialContext: (&net.Dialer{Resolver: down}).DialContext}
	p := newClient(t, "http://host.invalid").Profile()
	_, err := client.New(p, d).AppToken(t.Context())
	checkNetworkError(t, err, "http://host.invalid", "lookup host.invalid")
	if !errors.As(err, new(*net.DNSError)) {
		t.Errorf("%v does not wrap a *net.DNSError", err)
	}
}

func TestUnknownAuthority(t *testing.T) {
	server := httptest.NewUnstartedServer(says(200, "", `{"code":0,"access_token":"A1"}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, err := newClient(t, server.URL).AppToken(t.Context())
	checkNetworkError(t, err, server.URL, "certificate signed by unknown authority")
	if !errors.As(err, new(x509.UnknownAuthorityError)) {
		t.Errorf("%v does not wrap an x509.UnknownAuthorityError", err)
	}
	d := deps(t)
	d.HTTP = server.Client()
	if _, err := client.New(newClient(t, server.URL).Profile(), d).AppToken(t.Context()); err != nil {
		t.Errorf("a known authority: %v", err)
	}
}

// TestRedirect checks that the error names the target of a redirect, and that nothing is
// sent there.
func TestRedirect(t *testing.T) {
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the redirect was followed: %s %s", r.Method, r.URL)
	})
	tests := []struct{ location, says string }{
		{elsewhere.URL + "/login?back=1#top", elsewhere.URL + "/login"},
		{"//user:pass@host.invalid/a%2Fb", "http://host.invalid/a%2Fb"},
		{"/login", "HOST/login"},
		{"?token=T", "HOST/user"},
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, test := range tests {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/user" {
					t.Errorf("unexpected request for %s", r.URL)
				}
				w.Header().Set("Location", test.location)
				w.WriteHeader(status)
			})
			_, err := newClient(t, server.URL).UserInfo(t.Context(), given("app_token", "A0"), false)
			want := fmt.Sprintf("acme: userinfo: redirected to %s (HTTP %d), which ssoctl does not follow", strings.Replace(test.says, "HOST", server.URL, 1), status)
			var protocol *client.ProtocolError
			moved := status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
			if !errors.As(err, &protocol) || err.Error() != want || protocol.Status != status || (protocol.MovedTo != "") != moved {
				t.Errorf("%d to %s: %v, want %s", status, test.location, err, want)
			}
		}
	}
	for location, want := range map[string]string{"": "expected JSON, got HTTP 300 without a Location", ":": "redirected to a URL that cannot be parsed (HTTP 300)"} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(300)
		})
		if _, err := newClient(t, server.URL).AppToken(t.Context()); err == nil || err.Error() != "acme: token: "+want {
			t.Errorf("300 to %q: %v, want %s", location, err, want)
		}
	}
}

// TestEndless checks that a response is not read, or kept in memory, beyond the limit.
func TestEndless(t *testing.T) {
	written := make(chan int64, 1)
	address := listen(t, func(c net.Conn, _ *bufio.Reader, _ string) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"")
		n, _ := io.Copy(c, endless{})
		written <- n
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := newClient(t, address).AppToken(t.Context())
	runtime.ReadMemStats(&after)
	if err == nil || err.Error() != "acme: token: the response is larger than 4 MiB" || !errors.As(err, new(*client.ProtocolError)) {
		t.Errorf("%v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 12*client.MaxResponse {
		t.Errorf("%d MiB were allocated", used>>20)
	}
	if n := <-written; n > 8*client.MaxResponse { // includes the kernel's buffers
		t.Errorf("the server could send %d MiB", n>>20)
	}
}

// endless is a reader that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestLargest checks that a response of exactly the limit is accepted.
func TestLargest(t *testing.T) {
	answer := func(size int) http.HandlerFunc {
		const start, end = `{"code":0,"access_token":"A1","x":"`, `"}`
		return says(200, "application/json", start+strings.Repeat("x", size-len(start)-len(end))+end)
	}
	if got, err := newClient(t, serve(t, answer(client.MaxResponse)).URL).AppToken(t.Context()); err != nil || len(got.Raw) != client.MaxResponse {
		t.Errorf("%d bytes, %v", len(got.Raw), err)
	}
	if _, err := newClient(t, serve(t, answer(client.MaxResponse+1)).URL).AppToken(t.Context()); !errors.As(err, new(*client.ProtocolError)) {
		t.Errorf("one byte more: %v", err)
	}
}

// TestHeadersEndless checks that endless headers fail; net/http has its own limit.
func TestHeadersEndless(t *testing.T) {
	address := listen(t, func(c net.Conn, _ *bufio.Reader, _ string) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Endless: ")
		_, _ = io.Copy(c, endless{})
	})
	_, err := newClient(t, address).AppToken(t.Context())
	checkNetworkError(t, err, address, "server response headers exceeded")
}

// TestTimeout checks that the time-out covers the request and its whole response.
func TestTimeout(t *testing.T) {
	drip := func(c net.Conn, _ *bufio.Reader, _ string) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
			if _, err := io.WriteString(c, " "); err != nil {
				return
			}
		}
	}
	silent := func(_ net.Conn, r *bufio.Reader, _ string) { _, _ = r.ReadByte() }
	for name, serve := range map[string]func(net.Conn, *bufio.Reader, string){"silent": silent, "endless and slow": drip} {
		address := listen(t, serve)
		d := deps(t)
		d.Timeout = 50 * time.Millisecond
		start := time.Now()
		_, err := client.New(newClient(t, address).Profile(), d).AppToken(t.Context())
		checkNetworkError(t, err, address, "context deadline exceeded")
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
			t.Errorf("%s: after %s: %v", name, took, err)
		}
	}
}

// TestCanceled checks that errors.Is reports a cancellation, whatever its cause is.
func TestCanceled(t *testing.T) {
	begun := func(cancel func()) map[string]string {
		return map[string]string{
			"before the response": listen(t, func(_ net.Conn, r *bufio.Reader, _ string) { cancel(); _, _ = r.ReadByte() }),
			"within the response": listen(t, func(c net.Conn, r *bufio.Reader, _ string) {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n{")
				cancel()
				_, _ = r.ReadByte()
			}),
		}
	}
	for _, name := range []string{"before the response", "within the response"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		address := begun(func() { cancel(errors.New("interrupted by a signal")) })[name]
		_, err := newClient(t, address).AppToken(ctx)
		checkNetworkError(t, err, address, "context canceled")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCodeIsSentOnce: net/http repeats a GET if a reused connection is closed without a
// response. The server may have used the code by then.
func TestCodeIsSentOnce(t *testing.T) {
	var sent, connections atomic.Int32
	address := listen(t, func(c net.Conn, r *bufio.Reader, line string) {
		connections.Add(1)
		for {
			if strings.HasPrefix(line, "GET /user?code=") {
				sent.Add(1)
				return // without a response
			}
			const body = `{"code":0,"access_token":"A1"}`
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			var err error
			if line, err = readRequest(r); err != nil {
				return
			}
		}
	})
	_, err := newClient(t, address).UserInfo(t.Context(), given(), false)
	var network *client.NetworkError
	if !errors.As(err, &network) || network.Step != "userinfo" {
		t.Errorf("%v", err)
	}
	if sent.Load() != 1 || connections.Load() != 2 {
		t.Errorf("the code was sent %d times over %d connections, want once over 2", sent.Load(), connections.Load())
	}
}

// failing is a transport that always returns this error.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// A server that sends data before any request, or closes the connection, gets a clear
// error instead of net/http's. Which of the two happens depends on timing, so the test
// makes net/http's errors itself.
func TestSpokenUnasked(t *testing.T) {
	var nothing error
	for want, err := range map[error]error{
		client.ErrUnsolicited: fmt.Errorf("readLoopPeekFailLocked: %w", nothing),
		syscall.ECONNRESET:    fmt.Errorf("readLoopPeekFailLocked: %w", syscall.ECONNRESET),
	} {
		d := deps(t)
		d.HTTP = &http.Client{Transport: failing{err}}
		_, got := client.New(newClient(t, "http://127.0.0.1:1").Profile(), d).AppToken(t.Context())
		if text := "acme: token: no response from 127.0.0.1:1: " + want.Error(); !errors.Is(got, want) || got.Error() != text {
			t.Errorf("%v, want %s", got, text)
		}
	}
}
