package emulator

import (
	"context"
	"crypto/tls"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// grace is how long requests in flight may take after a server is told to end.
const grace = 2 * time.Second

// ServeOptions configures [Serve].
type ServeOptions struct {
	Handler     http.Handler     // an [Emulator] is closed with the server
	Certificate *tls.Certificate // nil means HTTP
	Log         io.Writer        // receives errors of connections, a line at a time; nil means package log
}

// HTTPServer is a server that [Serve] started.
type HTTPServer struct {
	server    *http.Server
	ended     chan struct{} // closed when the server has ended
	err       error         // why it ended
	readyFile string        // "" until it is written
	readyInfo fs.FileInfo   // of readyFile
}

// Serve starts to serve a listener, and closes it at the end. [HTTPServer.Wait] waits for the
// end; [HTTPServer.Close] ends it at once.
func Serve(l net.Listener, o ServeOptions) *HTTPServer {
	server := &http.Server{
		Handler: o.Handler, Protocols: &http.Protocols{},
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
	server.Protocols.SetHTTP1(true) // so that a fault that breaks a connection hits one request
	if o.Log != nil {
		server.ErrorLog = log.New(o.Log, "", 0)
	}
	if e, ok := o.Handler.(*Emulator); ok {
		server.RegisterOnShutdown(e.Close)
	}
	s := &HTTPServer{server: server, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		if o.Certificate == nil {
			s.err = server.Serve(l)
			return
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*o.Certificate}}
		s.err = server.ServeTLS(l, "", "")
	}()
	return s
}

// WriteReady writes the ready file, which shows other programs that the server is ready. The
// file is removed when the server ends, unless another server has replaced it.
func (s *HTTPServer) WriteReady(file string, text []byte) error {
	err := atomicfile.Write(file, text, 0o644)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(file)
	}
	if err != nil {
		return failure.Usagef(lang.Text{EN: "--ready-file %s: %v", ZH: "--ready-file %s：%v"}, file, failure.WithoutPath(err))
	}
	s.readyFile, s.readyInfo = file, info
	return nil
}

// Wait waits until ctx ends, then lets the requests in flight finish for two seconds. It
// returns an error if the server ended by itself.
func (s *HTTPServer) Wait(ctx context.Context) error {
	select {
	case <-s.ended:
		return s.err
	case <-ctx.Done():
	}
	s.unready() // before the last responses, so that no new client comes
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := s.server.Shutdown(drain); err != nil {
		return s.server.Close()
	}
	return nil
}

// Close ends the server at once. Later calls do nothing.
func (s *HTTPServer) Close() {
	s.unready()
	if e, ok := s.server.Handler.(*Emulator); ok {
		e.Close()
	}
	s.server.Close()
	<-s.ended
}

// unready removes the ready file, if there is one and it is this server's.
func (s *HTTPServer) unready() {
	if s.readyFile == "" {
		return
	}
	if now, err := os.Stat(s.readyFile); err == nil && os.SameFile(now, s.readyInfo) {
		os.Remove(s.readyFile)
	}
	s.readyFile = ""
}
