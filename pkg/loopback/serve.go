package loopback

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
)

// Serve answers every request with h until the listener is closed, and then
// returns net.ErrClosed. Slow clients are cut off, headers are limited, and each
// connection is for one request. What h lets in (Host, Origin, path, method) is
// its own business: anybody on this machine, and any page in the user's browser,
// can ask. A listener serves once; Catch serves by this.
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
		err = net.ErrClosed // whoever closed it says what becomes of answers under way
	} else {
		server.Close()
	}
	for range l.sockets[1:] {
		<-broken
	}
	return err
}

// serveWith makes the one server of a listener's life.
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
		DisableGeneralOptionsHandler: true, // "OPTIONS *" is a stray hit as well
		ReadHeaderTimeout:            l.limits.header,
		ReadTimeout:                  l.limits.read,
		WriteTimeout:                 l.limits.write,
		MaxHeaderBytes:               l.limits.headerBytes,
		ErrorLog:                     log.New(io.Discard, "", 0),
	}
	l.server.SetKeepAlivesEnabled(false) // says Connection: close in every answer
	return l.server, nil
}
