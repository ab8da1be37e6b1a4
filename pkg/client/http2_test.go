package client_test

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"ssoctl/pkg/client"
	"ssoctl/pkg/secret"
)

// Types of HTTP/2 frames (RFC 9113 §6), and the code of a stream that was not processed (§7).
const (
	dataFrame     = 0
	headersFrame  = 1
	resetFrame    = 3
	settingsFrame = 4
	refusedStream = 7
)

// TestRefusedStream: a server that refuses an HTTP/2 stream gets a refresh token
// once. net/http sends such a request again by itself.
func TestRefusedStream(t *testing.T) {
	var streams atomic.Int32
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go refuseStreams(conn, &streams)
		}
	}()
	d := deps(t)
	transport := certified.Client().Transport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = true
	d.HTTP = &http.Client{Transport: transport}
	c := client.New(newClient(t, "https://"+l.Addr().String()).Profile(), d)
	_, err = c.Refresh(t.Context(), secret.New("refresh-token-not-real"))
	if !errors.Is(err, client.ErrRefusedStream) {
		t.Errorf("got %v, want ErrRefusedStream", err)
	}
	if n := streams.Load(); n != 1 {
		t.Errorf("the server got the refresh token %d times", n)
	}
}

// refuseStreams reads HTTP/2 requests, counts them, and refuses their streams.
func refuseStreams(conn net.Conn, streams *atomic.Int32) {
	defer conn.Close()
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	send := func(kind, flags byte, stream uint32, payload []byte) {
		frame := []byte{0, 0, byte(len(payload)), kind, flags}
		frame = binary.BigEndian.AppendUint32(frame, stream)
		_, _ = conn.Write(append(frame, payload...))
	}
	send(settingsFrame, 0, 0, nil)
	for {
		head := make([]byte, 9)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(conn, payload); err != nil {
			return
		}
		const last, acknowledges = 1, 1 // flags
		switch kind, flags := head[3], head[4]; {
		case kind == settingsFrame && flags&acknowledges == 0:
			send(settingsFrame, acknowledges, 0, nil)
		case (kind == dataFrame || kind == headersFrame) && flags&last != 0:
			streams.Add(1)
			send(resetFrame, 0, binary.BigEndian.Uint32(head[5:]), []byte{0, 0, 0, refusedStream})
		}
	}
}
