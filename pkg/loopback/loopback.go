// Package loopback is one HTTP listener that catches one redirect: the answer
// of an authorization server, brought by the user's browser (RFC 8252, 7.3).
//
// Whatever else hits the listener changes nothing.
package loopback

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/lang"
)

// limits are what one Catch allows; tests shorten them.
type limits struct {
	header, read, write time.Duration // of a client, see http.Server
	headerBytes         int
	linger              time.Duration // answering repeats after a success
	grace               time.Duration // then, for the answers under way
	hold                time.Duration // the browser's page, for Finish
	handover            time.Duration // of that page to a browser that may be gone
}

// maxConnections bounds what a neighbour can make us hold: some 64 KiB of header
// and as much of a form for each.
const maxConnections = 512

// The header limit leaves room for the cookies of every other program on
// localhost, which browsers send regardless of the port.
// linger and grace together stay below a second.
var defaultLimits = limits{
	header: 5 * time.Second, read: 10 * time.Second, write: 10 * time.Second,
	headerBytes: 64 << 10,
	linger:      500 * time.Millisecond,
	grace:       300 * time.Millisecond,
	hold:        10 * time.Second,
	handover:    time.Second,
}

// Listener is open TCP ports, for one Catch or one Serve. Its methods may be called from
// several goroutines.
type Listener struct {
	sockets []net.Listener // at least one, on the same port
	scheme  string
	limits  limits
	stopped chan struct{} // closed when the server accepts nothing more

	mu     sync.Mutex
	server *http.Server // set by Serve
	caught *flow        // set by Catch, after a redirect
	closed bool
}

// TakenError means that another process would get what a browser sends to
// localhost.
type TakenError struct {
	Addr string
	Err  error // what package net returned
}

func (e *TakenError) Error() string { return e.Text().EN }

// Text is the error in both languages; what the system says has but one.
func (e *TakenError) Text() lang.Text {
	return lang.Text{
		EN: "another process has " + e.Addr + ", and a browser may go there for localhost (" + e.Err.Error() + ")",
		ZH: e.Addr + " 已被其他进程占用，而浏览器访问 localhost 时可能连到那里（" + e.Err.Error() + "）",
	}
}

func (e *TakenError) Unwrap() error { return e.Err }

// ListenError means that no candidate could be listened on.
type ListenError struct {
	// Errs holds the reason of each candidate, in their order. Each names its
	// address, and wraps what package net returned.
	Errs []error
}

// Error returns one line with every candidate and its reason.
func (e *ListenError) Error() string { return e.Text().EN }

// Text is the error in both languages; what the system says has but one.
func (e *ListenError) Text() lang.Text {
	var en, zh []string
	for _, err := range e.Errs {
		text := lang.Of(err)
		en, zh = append(en, text.EN), append(zh, text.In(lang.ZH))
	}
	return lang.Text{EN: "cannot listen for the redirect: " + strings.Join(en, "; "), ZH: "无法监听回调：" + strings.Join(zh, "；")}
}

// Unwrap returns Errs, for errors.Is and errors.As.
func (e *ListenError) Unwrap() []error { return e.Errs }

// Listen opens the first of addrs, each HOST:PORT, that is free. Port 0 is any
// free one, an empty host is 127.0.0.1, and so are no addrs at all
// 127.0.0.1:0. Connections are accepted, by the kernel, from before Listen
// returns.
//
// For the host localhost it listens on 127.0.0.1 and on [::1], same port, and
// fails where another process has either: a browser may go to both. Where this
// machine has no [::1], nobody can be there. For 127.0.0.1, to which browsers go as
// it is written, [::1] is taken only if it is free, for a proxy that forwards to
// localhost. For any other host it listens there alone.
//
// The error is a *ListenError. A malformed address is one at once, whichever
// other candidates there are.
func Listen(addrs []string) (*Listener, error) {
	if len(addrs) == 0 {
		addrs = []string{"127.0.0.1:0"}
	}
	type candidate struct{ host, port string }
	var candidates []candidate
	for _, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, &ListenError{[]error{err}}
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return nil, &ListenError{[]error{&net.AddrError{Err: "port is not a number from 0 to 65535", Addr: addr}}}
		}
		candidates = append(candidates, candidate{cmp.Or(host, "127.0.0.1"), port})
	}
	failed := &ListenError{}
	for _, c := range candidates {
		sockets, err := open(c.host, c.port)
		if err == nil {
			return &Listener{sockets: limit(sockets, maxConnections), scheme: "http", limits: defaultLimits, stopped: make(chan struct{})}, nil
		}
		failed.Errs = append(failed.Errs, err)
	}
	return nil, failed
}

// open listens on one candidate.
func open(host, port string) ([]net.Listener, error) {
	if host != "127.0.0.1" && !strings.EqualFold(host, "localhost") {
		network := "tcp"
		if ip := net.ParseIP(host); ip != nil && ip.To4() != nil {
			network = "tcp4" // or else 0.0.0.0 would mean every IPv6 address, too
		}
		socket, err := net.Listen(network, net.JoinHostPort(host, port))
		if err != nil {
			return nil, err
		}
		return []net.Listener{socket}, nil
	}
	return openBoth(port, host != "127.0.0.1")
}

// openBoth listens on 127.0.0.1 and [::1]. Where the second is another process's,
// it tries a few more of any free ports; then it is an error, if both are needed.
func openBoth(port string, needed bool) ([]net.Listener, error) {
	const tries = 10
	for try := 1; ; try++ {
		v4, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return nil, err
		}
		addr := net.JoinHostPort("::1", strconv.Itoa(portOf(v4)))
		v6, err := net.Listen("tcp6", addr)
		switch {
		case err == nil:
			return []net.Listener{v4, v6}, nil
		case !hasIPv6():
			return []net.Listener{v4}, nil
		case port == "0" && try < tries:
			v4.Close()
		case needed:
			v4.Close()
			return nil, &TakenError{addr, err}
		default:
			return []net.Listener{v4}, nil
		}
	}
}

// hasIPv6 reports whether this machine has [::1].
func hasIPv6() bool {
	socket, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		socket.Close()
	}
	return err == nil
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// Addr returns the address it listens on, the IPv4 one if there are two. It
// stays the same after Close.
func (l *Listener) Addr() *net.TCPAddr { return l.sockets[0].Addr().(*net.TCPAddr) }

// Secure has the listener answer https with this certificate, and http with no
// more than a sentence and status 400. It comes before URL, Catch and Serve.
func (l *Listener) Secure(certificate tls.Certificate) {
	l.scheme = "https"
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		NextProtos:   []string{"http/1.1"}, // the limits are those of one request on one connection
	}
	for i, socket := range l.sockets {
		l.sockets[i] = tls.NewListener(socket, config)
	}
}

// URL returns the address of path (not escaped, with or without its
// leading slash) on this listener, for use as a redirect_uri. The host is the
// IP literal, as RFC 8252, 8.3 recommends over localhost; for a listener on all
// interfaces it is the loopback one.
func (l *Listener) URL(path string) string {
	addr := l.Addr()
	ip := addr.IP
	if ip.IsUnspecified() {
		if ip.To4() != nil {
			ip = net.IPv4(127, 0, 0, 1)
		} else {
			ip = net.IPv6loopback
		}
	}
	host := net.JoinHostPort(ip.String(), strconv.Itoa(addr.Port))
	u := url.URL{Scheme: l.scheme, Host: host, Path: "/" + strings.TrimPrefix(path, "/")}
	return u.String()
}

// Close stops listening at once and ends a Catch that waits, with an error
// that is net.ErrClosed. After Finish there is no need to wait before Close: the
// page has been handed to the kernel. Closing twice does no harm.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	var err error
	if l.server != nil {
		err = l.server.Close()
	}
	for _, socket := range l.sockets {
		if e := socket.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return fmt.Errorf("close the loopback listener: %w", err)
	}
	return nil
}
