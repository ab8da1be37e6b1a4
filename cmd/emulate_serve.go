package cmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/cert"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// softMemory is the garbage collector's memory limit, in bytes. An emulator keeps far less
// than that, so the process stays below it even after hours of load.
const softMemory = 112 << 20

// grace is how long requests in flight may take after a signal.
const grace = 2 * time.Second

// server is the HTTP server of an emulator or recorder.
type server struct {
	http.Server
	at              net.Listener
	public, browser string // the addresses of clients and of browsers
	local           string // the address at which this machine reaches it
	caFile          string // "" unless ssoctl made the certificate
	tell            func(format string, args ...any)
	ready           func() error // announces that the server is ready
	readyFile       string       // "" until it is written
}

// Close closes the server. It closes the listener even if Serve was never called.
func (s *server) Close() error { return errors.Join(s.at.Close(), s.Server.Close()) }

// listen opens the listener and makes or reads the certificate.
func (r *root) listen(o *emulateOptions) (*server, error) {
	l, err := firstFree(o.listen)
	if err != nil {
		return nil, err
	}
	s := &server{at: l}
	if err := r.prepareServer(s, o); err != nil {
		l.Close()
		return nil, err
	}
	return s, nil
}

// firstFree listens on the first of the comma-separated candidates that is free.
func firstFree(candidates string) (net.Listener, error) {
	var failed error
	for candidate := range strings.SplitSeq(candidates, ",") {
		candidate = strings.TrimSpace(candidate)
		l, err := net.Listen(networkOf(candidate), candidate)
		if err == nil {
			return l, nil
		}
		failed = &failure.UsageError{Err: err, Problem: lang.Sprintf(lang.Text{EN: "--listen %s: %v", ZH: "--listen %s：%v"}, candidate, err)}
	}
	return nil, failed
}

// networkOf returns tcp4 for an IPv4 address: with tcp, 0.0.0.0 would listen on every
// IPv6 address too.
func networkOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).To4() != nil {
		return "tcp4"
	}
	return "tcp"
}

func (r *root) prepareServer(s *server, o *emulateOptions) error {
	var mu sync.Mutex
	s.tell = func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		r.progress("%s", printable.Text(fmt.Sprintf(format, args...)))
	}
	s.ReadHeaderTimeout, s.ReadTimeout, s.IdleTimeout, s.MaxHeaderBytes = 10*time.Second, 30*time.Second, time.Minute, 64<<10
	s.ErrorLog = log.New(lineWriter(func(line string) { s.tell("%s", line) }), "", 0)
	s.Protocols = &http.Protocols{}
	s.Protocols.SetHTTP1(true) // so that a fault that breaks a connection hits one request

	scheme := "http"
	if o.tls || o.tlsCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(s.at.Addr().String())
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		r.warn(lang.Text{
			EN: "listening on " + s.at.Addr().String() + ": anyone who can reach this machine can use the emulator",
			ZH: "正在监听 " + s.at.Addr().String() + "：能访问本机的人都能使用这个模拟器",
		})
		if ip.IsUnspecified() {
			host = "127.0.0.1"
		}
	}
	s.local = scheme + "://" + net.JoinHostPort(host, port)
	if s.public, err = address("--public-url", o.public, s.local); err != nil {
		return err
	}
	if s.browser, err = address("--browser-url", o.browser, s.public); err != nil {
		return err
	}
	s.local += strings.TrimPrefix(s.public, originOf(s.public))
	return r.certify(s, o)
}

// address returns the address that a flag gives, without a trailing slash, or other if
// text is empty.
func address(flag, text, other string) (string, error) {
	if text == "" {
		return other, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", usagef(lang.Text{EN: "%s %s: expected http:// or https://, a host, and nothing after the path", ZH: "%s %s：应为 http:// 或 https:// 加主机，路径之后不能再有内容"}, flag, text)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// certify makes or reads the certificate, if the flags ask for TLS.
func (r *root) certify(s *server, o *emulateOptions) error {
	switch {
	case o.tlsCert != "":
		pair, err := r.certificate("--tls", o.tlsCert, o.tlsKey)
		if err != nil {
			return err
		}
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
	case o.tls:
		hosts := []string{"localhost", "127.0.0.1", "::1"}
		for _, text := range []string{s.local, s.public, s.browser} {
			if u, err := url.Parse(text); err == nil {
				hosts = append(hosts, u.Hostname())
			}
		}
		made, err := cert.New("ssoctl emulator", hosts, r.Now(), r.Rand)
		if err != nil {
			return err
		}
		if err := atomicfile.Write(o.tlsCA, made.CA, 0o644); err != nil {
			return usagef(lang.Text{EN: "--tls-ca %s: %v", ZH: "--tls-ca %s：%v"}, o.tlsCA, withoutPath(err))
		}
		s.TLSConfig, s.caFile = &tls.Config{Certificates: []tls.Certificate{made.TLS}}, o.tlsCA
	}
	return nil
}

// serve serves until a signal arrives, then lets the requests in flight finish.
func (r *root) serve(c *cobra.Command, s *server) error {
	if _, chosen := r.Env("GOMEMLIMIT"); !chosen {
		debug.SetMemoryLimit(softMemory)
	}
	failed := make(chan error, 1)
	go func() {
		if s.TLSConfig != nil {
			failed <- s.ServeTLS(s.at, "", "")
		} else {
			failed <- s.Serve(s.at)
		}
	}()
	defer s.unready()
	if err := s.ready(); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	case <-c.Context().Done():
	}
	s.unready() // before the last responses, so that no new client comes
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return s.Server.Close()
	}
	return nil
}

// unready removes the ready file, if there is one.
func (s *server) unready() {
	if s.readyFile != "" {
		os.Remove(s.readyFile)
		s.readyFile = ""
	}
}

// lineWriter calls a function with each line that is written.
type lineWriter func(line string)

func (w lineWriter) Write(text []byte) (int, error) {
	w(strings.TrimSuffix(string(text), "\n"))
	return len(text), nil
}

var _ io.Writer = lineWriter(nil)

// ofEmulator returns the text of an error, without the prefix "emulator: ".
func ofEmulator(err error) lang.Text {
	t := lang.Of(err)
	t.EN = strings.TrimPrefix(t.EN, "emulator: ")
	return t
}

// usageOr turns an error of emulator.New into a usage error, unless it is about a profile.
func usageOr(err error) error {
	if errors.As(err, new(*profile.Error)) || errors.As(err, new(profile.Errors)) || errors.As(err, new(*profile.MissingError)) {
		return err
	}
	return &failure.UsageError{Problem: ofEmulator(err)}
}

func eventLine(e emulator.Event) string {
	line := fmt.Sprintf("%s %s %d", e.Method, e.Path, e.Status)
	if e.Step != "" {
		line += " " + string(e.Step)
	}
	if e.Refusal != "" {
		line += " refused: " + string(e.Refusal)
	}
	if e.Diagnosis != "" {
		line += ": " + e.Diagnosis
	}
	return line
}
