// Package loopback is an HTTP listener on this machine that catches one redirect: the
// authorization response that the user's browser brings from the vendor (RFC 8252,
// 7.3).
//
// Open a [Listener] with [Listen] and pass [Listener.URL] to the vendor as
// redirect_uri. [Listener.Catch] waits for the redirect described by [Expect], and
// [Listener.Finish] shows in the browser how the login ended. [Expect.Read] judges a
// redirect that a person pastes instead. All other requests are rejected with a
// [StrayError] and change nothing.
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

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// limits are the time and size limits of a listener; tests shorten them.
type limits struct {
	header, read, write time.Duration // see http.Server
	headerBytes         int
	linger              time.Duration // serve repeated redirects after the first
	grace               time.Duration // then wait for responses in progress
	hold                time.Duration // keep the browser waiting for Finish
	handover            time.Duration // wait in Finish for a browser that may have gone
}

// maxConnections limits what other processes can make the listener buffer: about 64
// KiB of header and as much of a form per connection.
const maxConnections = 512

// headerBytes leaves room for the cookies of all other programs on localhost, which
// browsers send regardless of the port. linger and grace add up to less than a second.
var defaultLimits = limits{
	header: 5 * time.Second, read: 10 * time.Second, write: 10 * time.Second,
	headerBytes: 64 << 10,
	linger:      500 * time.Millisecond,
	grace:       300 * time.Millisecond,
	hold:        10 * time.Second,
	handover:    time.Second,
}

// Listener is a set of open TCP ports for one [Listener.Catch] or one
// [Listener.Serve]. It is safe for concurrent use.
type Listener struct {
	sockets []net.Listener // at least one; all on the same port
	scheme  string
	secured tls.Certificate // if the scheme is https
	limits  limits
	stopped chan struct{} // closed when the server has stopped accepting

	mu     sync.Mutex
	server *http.Server // set by Serve
	caught *flow        // set by Catch after a redirect
	closed bool
}

// TakenError means that another process could receive the requests that a browser sends
// to localhost.
type TakenError struct {
	Addr string
	Err  error // the error of package net
}

func (e *TakenError) Error() string { return e.Text().EN }

// Text is the error in both languages. The system's own message is only in one.
func (e *TakenError) Text() lang.Text {
	return lang.Text{
		EN: "another process listens on " + e.Addr + ", and a browser may go there for localhost (" + e.Err.Error() + ")",
		ZH: e.Addr + " 已被其他进程占用，而浏览器访问 localhost 时可能连到那里（" + e.Err.Error() + "）",
	}
}

func (e *TakenError) Unwrap() error { return e.Err }

// Hint says what to do about the error.
func (*TakenError) Hint() lang.Text {
	return lang.Text{
		EN: "Stop that process or choose another port. If the vendor accepts http://127.0.0.1:PORT/… instead of localhost, only that one address has to be free.",
		ZH: "请停掉那个进程，或换一个端口。若厂商接受，把 localhost 写成 http://127.0.0.1:端口/… 就只需要这一个地址。",
	}
}

// ListenError means that the listener could not listen on any candidate address.
type ListenError struct {
	// Errs has one error per candidate, in order. Each names its address and wraps an
	// error of package net.
	Errs []error
}

// Error returns all candidates and their errors on one line.
func (e *ListenError) Error() string { return e.Text().EN }

// Failure returns [failure.Usage].
func (*ListenError) Failure() failure.Kind { return failure.Usage }

// Text is the error in both languages. The system's own messages are only in one.
func (e *ListenError) Text() lang.Text {
	var en, zh []string
	for _, err := range e.Errs {
		text := lang.Of(err)
		en, zh = append(en, text.EN), append(zh, text.In(lang.ZH))
	}
	return lang.Text{EN: "cannot listen for the redirect: " + strings.Join(en, "; "), ZH: "无法监听回调：" + strings.Join(zh, "；")}
}

// Unwrap returns Errs, for [errors.Is] and [errors.As].
func (e *ListenError) Unwrap() []error { return e.Errs }

// Hint says what to do about the error.
func (e *ListenError) Hint() lang.Text {
	if taken := (*TakenError)(nil); errors.As(e, &taken) {
		return taken.Hint()
	}
	return lang.Text{EN: "Choose another address: --listen 127.0.0.1:0 takes any free port. A redirect_uri on this machine must have the same port: http://127.0.0.1:0/… means any free port.", ZH: "请换一个地址：--listen 127.0.0.1:0 会自动选用空闲端口；若 redirect_uri 指向本机，端口须一致，写成 http://127.0.0.1:0/… 即可自动选用。"}
}

// Listen opens the first of addrs, each HOST:PORT, that is free. Port 0 means any free
// port, an empty host means 127.0.0.1, and no addrs means 127.0.0.1:0. The kernel
// accepts connections before Listen returns.
//
// For the host localhost it listens on the same port of 127.0.0.1 and [::1], because a
// browser may use either, and fails if another process has one of them. On a machine
// without [::1] it listens on 127.0.0.1. For the host 127.0.0.1 it also listens on
// [::1] if that is free, for proxies that forward to localhost. For any other host it
// listens on that host alone.
//
// The error is a [*ListenError]. A malformed address is an error even if another
// candidate is free.
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
			network = "tcp4" // with "tcp", 0.0.0.0 would include all IPv6 addresses
		}
		socket, err := net.Listen(network, net.JoinHostPort(host, port))
		if err != nil {
			return nil, err
		}
		return []net.Listener{socket}, nil
	}
	return openBoth(port, host != "127.0.0.1")
}

// openBoth listens on 127.0.0.1 and [::1]. If another process has the port on [::1], it
// tries other ports if port is 0. After that it fails if needed is true, and otherwise
// listens on 127.0.0.1 alone.
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

// Addr returns the address that the listener listens on: the IPv4 address if it has
// two. It stays the same after Close.
func (l *Listener) Addr() *net.TCPAddr { return l.sockets[0].Addr().(*net.TCPAddr) }

// Certificate returns the certificate of [Listener.Secure], in DER; nil if there is none.
func (l *Listener) Certificate() []byte {
	if len(l.secured.Certificate) == 0 {
		return nil
	}
	return l.secured.Certificate[0]
}

// Secure makes the listener serve https with this certificate. Requests over http get
// status 400 and one line of text. Call it before URL, Catch and Serve.
func (l *Listener) Secure(certificate tls.Certificate) {
	l.scheme, l.secured = "https", certificate
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		NextProtos:   []string{"http/1.1"}, // the limits assume one request per connection
	}
	for i, socket := range l.sockets {
		l.sockets[i] = tls.NewListener(socket, config)
	}
}

// URL returns the address of path on this listener, for use as a redirect_uri. path is
// not escaped, and its leading slash is optional. The host is an IP literal, which RFC
// 8252, 8.3 recommends over localhost. If the listener listens on all interfaces, it
// is the loopback address.
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

// Close stops listening at once and ends a waiting Catch with [net.ErrClosed]. After
// Finish, Close may be called at once, because the page has been handed to the kernel.
// Closing twice does no harm.
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
