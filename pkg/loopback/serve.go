package loopback

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
)

// Serve handles every request with h until the listener is closed, and then returns
// [net.ErrClosed]. It disconnects slow clients, limits headers, and handles one
// request per connection. h must check Host, Origin, path and method itself: any
// process on this machine and any page in the user's browser can send requests. Serve
// can be called once; Catch calls it.
func (l *Listener) Serve(h http.Handler) error {
	server, err := l.serveWith(h)
	if err != nil {
		return err
	}
	defer close(l.stopped)
	broken := make(chan error, len(l.sockets))
	for _, socket := range l.sockets[1:] { // best effort
		go func() { broken <- server.Serve(socket) }()
	}
	err = server.Serve(l.sockets[0])
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		err = net.ErrClosed // Close and Shutdown take care of responses in progress
	} else {
		server.Close()
	}
	for range l.sockets[1:] {
		<-broken
	}
	return err
}

// serveWith creates the listener's only server.
func (l *Listener) serveWith(h http.Handler) (*http.Server, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != nil {
		return nil, errors.New("the listener has been used before")
	}
	if l.closed {
		return nil, net.ErrClosed
	}
	l.server = &http.Server{
		Handler:                      h,
		DisableGeneralOptionsHandler: true, // treat "OPTIONS *" as a stray
		ReadHeaderTimeout:            l.limits.header,
		ReadTimeout:                  l.limits.read,
		WriteTimeout:                 l.limits.write,
		MaxHeaderBytes:               l.limits.headerBytes,
		ErrorLog:                     log.New(io.Discard, "", 0),
	}
	l.server.SetKeepAlivesEnabled(false) // sends Connection: close in every response
	return l.server, nil
}
